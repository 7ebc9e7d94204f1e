import type { NextConfig } from "next";
import { PHASE_DEVELOPMENT_SERVER } from "next/constants";

const api = process.env.LASTPASS_API_ORIGIN ?? "http://localhost:3000";

export default function config(phase: string): NextConfig {
  if (phase !== PHASE_DEVELOPMENT_SERVER) {
    return { output: "export" };
  }
  // An export has no rewrites: in production the functions are on the same origin.
  return {
    rewrites: async () => [
      { source: "/api/lastpass/:path*", destination: `${api}/api/lastpass/:path*` },
    ],
  };
}

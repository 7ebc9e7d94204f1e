import { join } from "node:path";

import type { NextConfig } from "next";

/** An app with server code, which the dashboard's static export does not have. */
const config: NextConfig = {
  turbopack: { root: join(import.meta.dirname, "../..") },
  rewrites: async () => [
    {
      source: "/api/lastpass/:path*",
      destination: `${process.env.LASTPASS_API_ORIGIN}/api/lastpass/:path*`,
    },
  ],
};

export default config;

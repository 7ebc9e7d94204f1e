// After `next build`: writes a Content-Security-Policy into each exported page, and copies the repository's public/ beside
// the pages. The policy has to be in the page, since its inline scripts differ from build to build.
import { createHash } from "node:crypto";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const out = join(import.meta.dirname, "../out");
const inlineScript = /<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g;

const files = readdirSync(out, { recursive: true, encoding: "utf8" });
for (const file of files.filter((name) => name.endsWith(".html"))) {
  const path = join(out, file);
  const html = readFileSync(path, "utf8");
  const hashes = [...html.matchAll(inlineScript)].map(([, script]) => `'sha256-${sha256(script)}'`);
  const policy = [
    "default-src 'none'",
    ["script-src 'self'", ...new Set(hashes)].join(" "),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join("; ");
  if (!html.includes("<head>")) {
    throw new Error(`${file} has no <head>`);
  }
  // First in the head: a policy does not apply to what precedes it.
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}"/>`;
  writeFileSync(path, html.replace("<head>", `<head>${meta}`));
}

cpSync(join(import.meta.dirname, "../../public"), out, { recursive: true });

function sha256(text) {
  return createHash("sha256").update(text).digest("base64");
}

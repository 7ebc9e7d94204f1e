// Writes registry.json, and public/r/*.json from it by shadcn's own `build`. With --check it fails if what is committed
// differs.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { format } from "prettier";

import { registryItems } from "./registry-items.mjs";

const web = join(import.meta.dirname, "..");
const root = join(web, "..");
const source = join(root, "registry.json");
const built = join(root, "public/r");
const registry = await format(
  JSON.stringify({
    $schema: "https://ui.shadcn.com/schema/registry.json",
    name: "lastpass-functions",
    homepage: "https://github.com/OWNER/REPO",
    items: registryItems(),
  }),
  { parser: "json", printWidth: 100 },
);

if (process.argv.includes("--check")) {
  const differing = text(source) === registry ? builtFilesThatDiffer() : ["registry.json"];
  if (differing.length > 0) {
    throw new Error(
      `out of date: ${differing.join(", ")}. Run \`npm --prefix web run registry\` and commit the result.`,
    );
  }
} else {
  writeFileSync(source, registry);
  rmSync(built, { recursive: true, force: true });
  build(built);
}

function build(output) {
  shadcn("registry", "validate", source);
  shadcn("build", source, "--output", output);
}

function shadcn(...parameters) {
  execFileSync(join(web, "node_modules/.bin/shadcn"), parameters, { cwd: root, stdio: "inherit" });
}

function builtFilesThatDiffer() {
  const fresh = mkdtempSync(join(tmpdir(), "registry-"));
  build(fresh);
  const names = new Set([...readdirSync(fresh), ...readdirSync(built)]);
  const differing = [...names].filter(
    (name) => text(join(fresh, name)) !== text(join(built, name)),
  );
  rmSync(fresh, { recursive: true });
  return differing;
}

function text(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

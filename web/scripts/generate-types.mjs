// Writes registry/lib/lastpass-api.ts from public/openapi.json: types alone. With --check it fails if what is committed
// differs.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createClient } from "@hey-api/openapi-ts";
import { format } from "prettier";

const web = join(import.meta.dirname, "..");
const target = join(web, "registry/lib/lastpass-api.ts");

const openapi = JSON.parse(readFileSync(join(web, "../public/openapi.json"), "utf8"));
withoutProblems(openapi);
const folder = mkdtempSync(join(tmpdir(), "types-"));
await createClient({
  input: openapi,
  output: { path: folder, entryFile: false },
  plugins: ["@hey-api/typescript"],
  logs: { level: "error", file: false },
});
const types = readFileSync(join(folder, "types.gen.ts"), "utf8")
  // For the generator's own clients, which are not used here.
  .replace(/export type ClientOptions = \{[\s\S]*?\n\};\n/, "");
rmSync(folder, { recursive: true });
const text = await format(types, { parser: "typescript", printWidth: 100 });

/** Leaves out the problems of each route: lastpass.ts makes an `ApiError` of them, whose codes are `ProblemCode`. */
function withoutProblems({ paths }) {
  for (const { responses } of Object.values(paths).flatMap(Object.values)) {
    for (const [status, { content }] of Object.entries(responses ?? {})) {
      if (content?.["application/problem+json"]) {
        delete responses[status];
      }
    }
  }
}

if (!process.argv.includes("--check")) {
  writeFileSync(target, text);
} else if (readFileSync(target, "utf8") !== text) {
  throw new Error("out of date: run `npm --prefix web run types` and commit the result.");
}

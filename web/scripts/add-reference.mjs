// After `next build`: adds the reference page of web/reference, and Scalar's bundle, of which it loads the parts that it needs.
import { copyFileSync, cpSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";

const web = join(import.meta.dirname, "..");
const out = join(web, "out");
const target = join(out, "reference");
const bundle = join(web, "node_modules/@scalar/api-reference/dist/browser");

mkdirSync(target, { recursive: true });
copyFileSync(join(web, "reference/docs.html"), join(out, "docs.html"));
copyFileSync(join(web, "reference/main.js"), join(target, "main.js"));
for (const part of ["standalone.esm.js", "chunks"]) {
  cpSync(join(bundle, part), join(target, basename(part)), {
    recursive: true,
    filter: (path) => !path.endsWith(".map"),
  });
}

// A module of the registry's lib/ as JavaScript, with the modules beside it that it imports.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

import ts from "typescript";

const registry = join(import.meta.dirname, "../../registry");

export async function load(path) {
  const folder = mkdtempSync(join(tmpdir(), "client-"));
  try {
    return await import(pathToFileURL(join(folder, write(path, folder))));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Writes a module and its imports into a folder. Returns the module's name there. Imports of types are left out. */
function write(path, folder) {
  const { outputText } = ts.transpileModule(readFileSync(join(registry, path), "utf8"), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const text = outputText.replaceAll(
    /from "\.\/([\w-]+)"/g,
    (_, name) => `from "./${write(join(dirname(path), `${name}.ts`), folder)}"`,
  );
  const file = `${basename(path, ".ts")}.mjs`;
  writeFileSync(join(folder, file), text);
  return file;
}

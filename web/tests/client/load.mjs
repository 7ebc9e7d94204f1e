// A module of the registry that imports types alone, as JavaScript.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import ts from "typescript";

const registry = join(import.meta.dirname, "../../registry");

export async function load(path) {
  const { outputText } = ts.transpileModule(readFileSync(join(registry, path), "utf8"), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const folder = mkdtempSync(join(tmpdir(), "client-"));
  const file = join(folder, "module.mjs");
  writeFileSync(file, outputText);
  try {
    return await import(pathToFileURL(file));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

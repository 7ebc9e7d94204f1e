// The client refuses wrong uses at compile time: tsc reports each `@ts-expect-error` below which there is no error.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const web = join(import.meta.dirname, "../..");
const types = join(import.meta.dirname, "types");

function tsc(project) {
  const program = join(web, "node_modules/typescript/bin/tsc");
  const { stdout } = spawnSync(process.execPath, [program, "-p", project], { encoding: "utf8" });
  return stdout.split("\n").filter((line) => line.includes("error TS"));
}

test("correct uses compile, and each wrong one does not", () => {
  assert.deepEqual(tsc(types), []);
});

test("each wrong use is an error at its own line", () => {
  const text = readFileSync(join(types, "wrong.ts"), "utf8");
  const expected = text
    .split("\n")
    .flatMap((line, index) => (line.includes("@ts-expect-error") ? [index + 2] : []));
  assert.ok(expected.length >= 12, `${expected.length} uses`);
  // Beside the original, so that its paths are right.
  const copy = mkdtempSync(join(import.meta.dirname, "types-"));
  try {
    cpSync(join(types, "tsconfig.json"), join(copy, "tsconfig.json"));
    writeFileSync(join(copy, "wrong.ts"), text.replaceAll("@ts-expect-error", "expected:"));
    const found = tsc(copy).map((line) => Number(/wrong\.ts\((\d+),/.exec(line)?.[1]));
    assert.deepEqual([...new Set(found)], expected);
  } finally {
    rmSync(copy, { recursive: true });
  }
});

// Files that the pages write themselves.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { load } from "./load.mjs";

const { csvOf } = await load("lib/lastpass-csv.ts");

test("cells are quoted, and lines end as spreadsheets expect", () => {
  assert.equal(
    csvOf([
      ["a", 'b "c"'],
      ["d, e", ""],
    ]),
    '\uFEFF"a","b ""c"""\r\n"d, e",""\r\n',
  );
});

test("no cell begins like a formula, in any spreadsheet's locale", () => {
  const file = join(import.meta.dirname, "../../../tests/samples/csv/formulas.json");
  const cases = JSON.parse(readFileSync(file, "utf8"));
  // A cell is one line without tabs.
  for (const [text, safe] of [...cases, ["a\t=1\r\n", "a =1  "]]) {
    assert.equal(csvOf([[text]]), `\uFEFF"${safe.replaceAll('"', '""')}"\r\n`);
  }
});

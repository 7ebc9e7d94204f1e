// Files that the pages write themselves.
import assert from "node:assert/strict";
import { test } from "node:test";

import { load } from "./load.mjs";

const { csvOf } = await load("lib/lastpass-csv.ts");

test("cells are quoted where they must be, and lines end as spreadsheets expect", () => {
  assert.equal(
    csvOf([
      ["a", 'b "c"'],
      ["d, e", ""],
    ]),
    '\uFEFFa,"b ""c"""\r\n"d, e",\r\n',
  );
});

test("no cell begins like a formula, in any spreadsheet's locale", () => {
  for (const [text, safe] of [
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["  =1", "'  =1"],
    ["\u200B=1", "'\u200B=1"],
    ["＝1", "'＝1"],
    ["a\t=1", "a =1"],
    ["a;=1", `"a;'=1"`],
    ["a,=1", `"a,'=1"`],
    ["a=1", "a=1"],
    ["O'Brien", "O'Brien"],
  ]) {
    assert.equal(csvOf([[text]]), `\uFEFF${safe}\r\n`);
  }
});

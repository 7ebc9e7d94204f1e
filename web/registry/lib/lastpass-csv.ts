/**
 * Where a spreadsheet takes what follows for a formula: at the start of a cell, and, since in other locales `;` separates
 * cells, after one. Blanks, quotes and what is invisible do not count.
 */
const formula =
  /(?<=^|[;\u2028\u2029])(?=[\s"\p{Cf}\p{Default_Ignorable_Code_Point}]*[=+\-@＝＋－＠﹦﹢﹣﹫])/gu;

/** Rows as a CSV file that spreadsheets read (RFC 4180), with text that none of them runs as a formula. */
export function csvOf(rows: string[][]): string {
  const lines = rows.map((cells) => cells.map(cell).join(",") + "\r\n");
  // Without a byte order mark Excel does not read a file as UTF-8.
  return "\uFEFF" + lines.join("");
}

function cell(text: string): string {
  const safe = text.replace(/\p{Cc}/gu, " ").replace(formula, "'");
  return `"${safe.replaceAll('"', '""')}"`;
}

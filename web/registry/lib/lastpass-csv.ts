/** At the start of a cell a spreadsheet takes these for a formula; another locale's begins a cell at each separator. */
const formula = /(^|[;,\t\r\n])([\s"'\p{Cf}]*)(?=[=+\-@＝＋－＠﹦﹢﹣﹫])/gu;

/** Rows as a CSV file that spreadsheets read (RFC 4180), with text that none of them runs as a formula. */
export function csvOf(rows: string[][]): string {
  const lines = rows.map((cells) => cells.map(cell).join(",") + "\r\n");
  // Without a byte order mark Excel does not read a file as UTF-8.
  return "\uFEFF" + lines.join("");
}

function cell(text: string): string {
  const safe = text.replace(/\p{Cc}/gu, " ").replace(formula, "$1'$2");
  return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Has the browser save a CSV file. */
export function saveCsv(name: string, rows: string[][]) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([csvOf(rows)], { type: "text/csv;charset=utf-8" }));
  link.download = name;
  link.click();
  // Some browsers read the content only after this.
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// The prompts of docs/V0.md, and public/llms.txt, which has the same ones for any assistant. As a program: writes the file.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const document = join(root, "docs/V0.md");
export const llmsFile = join(root, "public/llms.txt");

/** The prompts in their order: heading and text. */
export function prompts() {
  const sections = readFileSync(document, "utf8").matchAll(
    /^## (.+)\n+```text\n([\s\S]+?)\n```$/gm,
  );
  return [...sections].map(([, title, text]) => ({ title, text }));
}

export function llmsText() {
  const head = `# LastPass functions

> An API between a company's LastPass Enterprise account and its own admin dashboard: password health, LastPass's event log, shared folders, accounts and off-boarding, and an audit record of every change.

- [Every route, parameter, reply and error, as OpenAPI 3.1](/openapi.json), [to read and try](/docs)
- [Client, hooks and ready pages for Next.js, as a shadcn registry](/r/registry.json)

Below: what an app needs to know, then one section for each page. YOUR-FUNCTIONS.vercel.app is the host of this file.
`;
  return [head, ...prompts().map(({ title, text }) => `## ${title}\n\n${text}\n`)].join("\n");
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(llmsFile, llmsText());
}

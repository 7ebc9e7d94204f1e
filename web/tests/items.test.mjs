// A page works without the other items: navigation lists the pages that its item adds, and no link leads to another one
// unless the project has it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import ts from "typescript";

import { registryItems } from "../scripts/registry-items.mjs";

const root = join(import.meta.dirname, "../..");

for (const { name, files } of registryItems()) {
  const routes = files.flatMap(({ target }) => routeOf(target) ?? []);
  const sources = files.map(({ path }) => path).filter((path) => /\.tsx?$/.test(path));
  if (routes.length === 0) {
    continue;
  }

  test(`${name}: navigation lists its pages`, () => {
    const listed = sources
      .filter((path) => /\/lastpass-page-[\w-]+\.ts$/.test(path))
      .flatMap((path) => /href: "([^"]+)"/.exec(text(path))[1]);
    assert.deepEqual(listed.sort(), routes.filter((route) => route !== "/sign-in").sort());
  });

  test(`${name}: links lead to pages that are there`, () => {
    const missing = sources.flatMap((path) =>
      links(path)
        .filter(({ route, conditional }) => !conditional && !routes.includes(route))
        .map(({ route }) => `${path}: ${route}`),
    );
    assert.deepEqual(missing, []);
  });
}

/** The path at which Next.js serves a page's file. */
function routeOf(target) {
  const [, folders] = /^app(.*)\/page\.tsx$/.exec(target) ?? [];
  return folders?.replaceAll(/\/\(\w+\)/g, "");
}

/** The paths that a file leads to; conditional ones are those of a `PageLink`, or beside a call of `hasPage`. */
function links(path) {
  const file = ts.createSourceFile(path, text(path), ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node, part, isOfPageLink) => {
    const value = ts.isStringLiteralLike(node) || ts.isTemplateHead(node) ? node.text : "";
    const [route] = /^\/[a-z][a-z-]*(?=$|\?)/.exec(value) ?? [];
    if (route && !isCompared(node)) {
      const isChecked = part.getText().includes(`hasPage("${route}")`);
      found.push({ route, conditional: isOfPageLink || isChecked });
    }
    const opens = ts.isJsxSelfClosingElement(node) || ts.isJsxOpeningElement(node);
    const inside = opens ? node.tagName.getText() === "PageLink" : isOfPageLink;
    ts.forEachChild(node, (child) => visit(child, part, inside));
  };
  file.statements.forEach((statement) => visit(statement, statement, false));
  return found;
}

/** Whether the text is compared: nothing leads to it. */
function isCompared(node) {
  const { parent } = node;
  const equals = [
    ts.SyntaxKind.EqualsEqualsEqualsToken,
    ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ];
  return ts.isBinaryExpression(parent) && equals.includes(parent.operatorToken.kind);
}

function text(path) {
  return readFileSync(join(root, path), "utf8");
}

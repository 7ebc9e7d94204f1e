// The prompts of docs/V0.md use only names that exist: each name in backticks is one of the routes that its prompt is about, of
// the client's files, or of the registry.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import ts from "typescript";

import { registryItems } from "../scripts/registry-items.mjs";
import { llmsFile, llmsText, prompts } from "../scripts/prompts.mjs";

const registry = join(import.meta.dirname, "../registry");
const root = join(import.meta.dirname, "../..");
const api = JSON.parse(readFileSync(join(root, "public/openapi.json"), "utf8"));
const schemas = api.components.schemas;

/** The routes that a hook requests. */
const HOOKS = {
  useSession: ["GET session", "POST session", "DELETE session"],
  useSecurityReport: ["GET security-report"],
  useUser: ["GET users"],
  useUsers: ["GET users"],
  useGroups: ["GET groups"],
  useSharedFolders: ["GET shared-folders"],
  useSharedFolder: ["GET shared-folders"],
  useAuditLogs: ["GET audit-logs"],
  useActions: ["GET actions"],
  useHealth: ["GET health"],
};

/** Names of SWR, React, JavaScript and HTTP, and variables of the prompts. */
const OTHER = new Set(
  "api await body const data isLoading key mutate pending reply event meta value time day timeZone true undefined".split(
    " ",
  ),
);

/** What the client's files export, and what their functions take and return. */
const client = new Set(
  [
    "hooks/use-lastpass.ts",
    "lib/lastpass.ts",
    "lib/lastpass-format.ts",
    "lib/lastpass-pages.ts",
    "lib/lastpass-server.ts",
  ].flatMap((file) => declaredNames(readFileSync(join(registry, file), "utf8"))),
);
const items = registryItems().map(({ name }) => name);

function declaredNames(source) {
  const names = [];
  const visit = (node) => {
    const isExported =
      ts.canHaveModifiers(node) &&
      node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (ts.isVariableStatement(node) && isExported) {
      names.push(...node.declarationList.declarations.map(({ name }) => name.text));
    }
    const isMember =
      ts.isPropertyAssignment(node) ||
      ts.isShorthandPropertyAssignment(node) ||
      ts.isPropertySignature(node) ||
      ts.isPropertyDeclaration(node) ||
      ts.isMethodDeclaration(node);
    if ((isExported || isMember) && node.name) {
      names.push(node.name.text);
    }
    // The client's own codes of an `ApiError`.
    if (ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal)) {
      names.push(node.literal.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("client.ts", source, ts.ScriptTarget.Latest));
  return names;
}

function operation(route) {
  const [method, name] = route.split(" ");
  return api.paths[`/api/lastpass/${name}`]?.[method.toLowerCase()];
}

/** The operations that a text is about: those of its hooks, of its changes and of the client's own requests. */
function operationsOf(text) {
  const routes = Object.entries(HOOKS).flatMap(([hook, routes]) =>
    new RegExp(`\\b${hook}\\b`).test(text) ? routes : [],
  );
  routes.push(...[...text.matchAll(/useChange\("([\w-]+)"\)/g)].map(([, name]) => `POST ${name}`));
  return ["GET session", ...routes].map(operation);
}

/** Parameters and members, values, and codes that occur in the operations. */
function namesOf(operations) {
  const names = { members: new Set(["error", "errors"]), values: new Set(), schemas: [] };
  const seen = new Set();
  const visit = (node) => {
    if (!node || typeof node !== "object" || seen.has(node)) {
      return;
    }
    seen.add(node);
    // Every code of the API: those of an operation are listed with each status.
    if (node.$ref?.endsWith("/ProblemCode")) {
      return;
    }
    if (node.$ref) {
      visit(schemas[node.$ref.split("/").at(-1)]);
    }
    node.enum?.forEach((value) => names.values.add(value));
    if (typeof node.const === "string") {
      names.values.add(node.const);
    }
    if (node.properties) {
      names.schemas.push(node.properties);
      Object.keys(node.properties).forEach((name) => names.members.add(name));
    }
    for (const [key, child] of Object.entries(node)) {
      if (!/^(description|examples?|summary|required|enum)$/.test(key)) {
        visit(child);
      }
    }
  };
  for (const { parameters = [], requestBody, responses } of operations) {
    parameters.forEach(({ name, schema }) => {
      names.members.add(name);
      visit(schema);
    });
    visit(requestBody);
    visit(responses);
  }
  return names;
}

/** The properties of what a member holds. */
function propertiesOf(schema) {
  if (schema?.$ref) {
    return propertiesOf(schemas[schema.$ref.split("/").at(-1)]);
  }
  const parts = [
    schema?.items,
    ...(schema?.oneOf ?? []),
    ...(schema?.anyOf ?? []),
    ...(schema?.allOf ?? []),
  ];
  return Object.assign({}, schema?.properties, ...parts.filter(Boolean).map(propertiesOf));
}

/** Whether `stats.totalUsers` is a path of members in one of the schemas. */
function isPath([first, ...rest], found) {
  return found.some((properties) => {
    let schema = properties[first];
    for (const name of rest) {
      schema = schema && propertiesOf(schema)[name];
    }
    return schema !== undefined;
  });
}

/** Names in backticks that do not exist. */
function unknownNames(text) {
  const operations = operationsOf(text);
  const names = namesOf(operations);
  const isKnown = (name) =>
    names.members.has(name) ||
    names.values.has(name) ||
    client.has(name) ||
    OTHER.has(name) ||
    items.includes(name);
  const unknownIn = (token) => {
    const route = /^(GET|POST|DELETE) ([\w-]+)(?:\?(\w+)=(\w+))?$/.exec(token);
    if (route) {
      const found = operation(`${route[1]} ${route[2]}`);
      const parameter = found?.parameters?.find(({ name }) => name === route[3]);
      const exists = found && (!route[3] || parameter?.schema.enum.includes(route[4]));
      return exists ? [] : [token];
    }
    if (/\.tsx?$/.test(token)) {
      return existsSync(join(registry, token)) ? [] : [token];
    }
    if (/^npx |^@\//.test(token) || /^demo-\w+$/.test(token)) {
      return [];
    }
    const unknown = [];
    for (const [path] of token
      .replaceAll(/-?\b\d+\b/g, "")
      .matchAll(/[A-Za-z][\w-]*(\.[A-Za-z]\w*)*/g)) {
      const parts = path.split(".");
      const rest = ["data", "reply", "session", "error", "event", "api"].includes(parts[0])
        ? parts.slice(1)
        : parts;
      const isFine =
        rest.length > 1 && names.members.has(rest[0])
          ? isPath(rest, names.schemas)
          : rest.every(isKnown);
      if (!isFine) {
        unknown.push(path);
      }
    }
    return unknown;
  };
  return [...text.matchAll(/`([^`\n]+)`/g)].flatMap(([, token]) => unknownIn(token));
}

/** Parameters that a hook or `api` is called with, and that its route does not have. */
function unknownParameters(text) {
  const call = /\b(use\w+|api\.(?:get|download))\((?:"([\w-]+)", )?\{([^}]*)\}/g;
  return [...text.matchAll(call)].flatMap(([whole, callee, route, members]) => {
    const requested = route ? `GET ${route}` : HOOKS[callee]?.[0];
    const { parameters = [] } = (requested && operation(requested)) ?? {};
    const names = parameters.map(({ name }) => name);
    const given = members.split(",").map((member) => member.split(":")[0].trim());
    return given.filter((name) => !names.includes(name)).map((name) => `${name} of ${whole}`);
  });
}

const unknown = (text) => [...unknownNames(text), ...unknownParameters(text)];

test("each prompt names only what exists", () => {
  assert.equal(prompts().length, 11);
  for (const { title, text } of prompts()) {
    assert.deepEqual(unknown(text), [], title);
    assert.match(text, /`[^`]*\buse[A-Z]\w+\(/, `${title} names no hook`);
  }
});

test("each prompt names its ready item first, and how to add it", () => {
  for (const { title, text } of prompts().slice(1)) {
    const [first] = text.split("\n");
    const [, name, added] =
      /^Ready item: `([\w-]+)` \(`npx shadcn@4 add ([^`]+)`\)/.exec(first) ?? [];
    assert.ok(items.includes(name), `${title}: ${first}`);
    assert.equal(added, `https://YOUR-FUNCTIONS.vercel.app/r/${name}.json`, title);
  }
});

test("the skill for assistants names only what exists", () => {
  const { files } = registryItems().find(({ name }) => name === "agents");
  assert.equal(files.length, 1);
  const skill = readFileSync(join(root, files[0].path), "utf8");
  assert.match(skill, /^---\nname: lastpass-functions\ndescription: .{1,1024}\n---\n/);
  assert.ok(files[0].target.endsWith("/lastpass-functions/SKILL.md"));
  assert.deepEqual(unknown(skill), []);
});

test("the whole dashboard has every page, and each page is also an item of its own", () => {
  const pagesOf = ({ files = [] }) =>
    files.map(({ path }) => path).filter((path) => /\(lastpass\)\/.+\/page\.tsx$/.test(path));
  const all = registryItems();
  const dashboard = pagesOf(all.find(({ name }) => name === "dashboard"));
  const others = new Set(all.filter(({ name }) => name !== "dashboard").flatMap(pagesOf));
  assert.deepEqual(dashboard.toSorted(), [...others].toSorted());
});

test("a misspelled name is found, wherever it is", () => {
  for (const [text, found] of [
    ["`useSecurityReports({ q })`", "useSecurityReports"],
    ["`useSecurityReport` `data.stats.totalUser`", "data.stats.totalUser"],
    ["`useSecurityReport` `user.emial`", "user.emial"],
    ["`useAuditLogs` `userEmail`", "userEmail"],
    ["`useAuditLogs` `isAdmin`", "isAdmin"],
    ["`useAuditLogs` `vaultaccess`", "vaultaccess"],
    ["`useAuditLogs({ page, limit: 25 })`", "page of useAuditLogs({ page, limit: 25 }"],
    ["`useGroups({ limit: 1000, role })`", "role of useGroups({ limit: 1000, role }"],
    ['`useChange("users")` `already-exists`', "already-exists"],
    ["`GET security-reports`", "GET security-reports"],
    ["`GET security-report?view=all`", "GET security-report?view=all"],
    ["`lib/lastpas.ts`", "lib/lastpas.ts"],
    ["`riskLabel`", "riskLabel"],
  ]) {
    assert.ok(unknown(text).includes(found), `${text}: ${unknown(text)}`);
  }
});

test("the first prompt has the rewrite of the README", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const [, rewrite] = /```ts\n(const lastpass = [\s\S]+?)\n```/.exec(readme);
  assert.ok(prompts()[0].text.includes(rewrite));
});

test("public/llms.txt has the prompts of docs/V0.md", () => {
  assert.equal(readFileSync(llmsFile, "utf8"), llmsText(), "run `npm --prefix web run prompts`");
});

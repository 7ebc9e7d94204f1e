// The route handler of the item `preview`, called as Next.js calls it.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";

import ts from "typescript";

import { startSite } from "./site.mjs";

let site, route;

before(async () => {
  site = await startSite();
  const source = join(import.meta.dirname, "../registry/app/api/lastpass/[...path]/route.ts");
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  const { outputText } = ts.transpileModule(readFileSync(source, "utf8"), { compilerOptions });
  const file = join(mkdtempSync(join(tmpdir(), "preview-")), "route.mjs");
  writeFileSync(file, outputText);
  route = await import(file);
});

after(() => site?.stop());

beforeEach(() => {
  process.env.LASTPASS_PREVIEW_ORIGIN = site.url;
  delete process.env.LASTPASS_PREVIEW_ROLE;
});

function call(method, path, init) {
  const request = new Request(`http://localhost/api/lastpass/${path}`, { method, ...init });
  const segments = path.split("?")[0].split("/");
  return route[method](request, { params: Promise.resolve({ path: segments }) });
}

test("reads are the demo's, as the role of the setting", async () => {
  const report = await (await call("GET", "security-report?limit=2")).json();
  assert.equal(report.users.length, 2);
  process.env.LASTPASS_PREVIEW_ROLE = "manager";
  assert.equal((await (await call("GET", "session")).json()).role, "manager");
  assert.equal((await call("GET", "users")).status, 403);
});

test("a body and the problem of its reply pass through", async () => {
  const response = await call("POST", "provision-user", {
    headers: { "Content-Type": "application/json", Cookie: "lastpass-session=forged" },
    body: JSON.stringify({ firstName: "Ann" }),
  });
  assert.equal(response.status, 400);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  assert.equal((await response.json()).code, "invalid-body");
});

test("signing in and out leaves the role of the setting", async () => {
  const body = JSON.stringify({ key: "anything" });
  const headers = { "Content-Type": "application/json" };
  assert.equal((await (await call("POST", "session", { headers, body })).json()).role, "admin");
  assert.equal((await call("DELETE", "session")).status, 200);
});

test("a deployment with real data, an unreachable one and none are refused", async () => {
  const paths = [];
  const live = createServer((request, response) => {
    paths.push(request.url);
    response.end(JSON.stringify({ signedIn: false, demo: false }));
  });
  await new Promise((listening) => live.listen(0, listening));
  process.env.LASTPASS_PREVIEW_ORIGIN = `http://localhost:${live.address().port}`;
  assert.equal((await call("GET", "security-report")).status, 503);
  assert.deepEqual(paths, ["/api/lastpass/session"]);
  live.close();
  process.env.LASTPASS_PREVIEW_ORIGIN = "http://localhost:1";
  assert.equal((await call("GET", "security-report")).status, 503);
  delete process.env.LASTPASS_PREVIEW_ORIGIN;
  const response = await call("GET", "security-report");
  assert.equal(response.status, 503);
  assert.match((await response.json()).detail, /LASTPASS_PREVIEW_ORIGIN/);
});

// The client against replies that are set here.
import assert from "node:assert/strict";
import { test } from "node:test";

import { load } from "./load.mjs";

const { ApiError, api, createClient } = await load("lib/lastpass.ts");

const problem = {
  type: "urn:lastpass-functions:problem:invalid-fields",
  title: "Not acceptable",
  status: 422,
  detail: "additionalGroups names VPN: no such group is known.",
  error: "additionalGroups names VPN: no such group is known.",
  code: "invalid-fields",
  requestId: "01a2",
  errors: [{ field: "additionalGroups", message: "names VPN: no such group is known" }],
};

function json(body, { status = 200, headers = {}, type = "application/json" } = {}) {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": type, ...headers },
  });
}

function problemReply(changes, headers) {
  const body = { ...problem, ...changes };
  return json(body, { status: body.status, headers, type: "application/problem+json" });
}

/** A client whose requests get these replies, in order; an `Error` among them is a network failure. */
function clientOf(replies, options) {
  const requests = [];
  const client = createClient({
    fetch: async (url, init) => {
      requests.push({
        url,
        method: init.method ?? "GET",
        headers: init.headers,
        body: init.body && JSON.parse(init.body),
      });
      const reply = replies.shift();
      if (reply instanceof Error) {
        throw reply;
      }
      return reply;
    },
    ...options,
  });
  return { client, requests };
}

async function failure(promise) {
  const error = await promise.then(
    () => assert.fail("it did not fail"),
    (error) => error,
  );
  assert.ok(error instanceof ApiError, String(error));
  return error;
}

test("a query leaves out what has no value, and joins lists by commas", async () => {
  const { client, requests } = clientOf([json({}), json({}), json({})]);
  await client.get("audit-logs", { type: ["login", "api"], q: "", user: null, limit: 5 });
  await client.get("users", { type: [], neverLoggedIn: false, limit: 0 });
  await client.get("session");
  assert.deepEqual(
    requests.map(({ url }) => url),
    [
      "/api/lastpass/audit-logs?type=login%2Capi&limit=5",
      "/api/lastpass/users?neverLoggedIn=false&limit=0",
      "/api/lastpass/session",
    ],
  );
});

test("the base and the headers can be set, also later", async () => {
  const { client, requests } = clientOf([json({}), json({})], {
    headers: async () => ({ Authorization: "Bearer TOKEN" }),
  });
  await client.get("groups");
  client.configure({ baseUrl: "https://functions.example.com/api/lastpass" });
  await client.get("groups");
  assert.equal(requests[0].headers.get("authorization"), "Bearer TOKEN");
  assert.equal(requests[1].url, "https://functions.example.com/api/lastpass/groups");
});

test("a problem becomes an error with its code, fields and steps", async () => {
  const steps = [{ step: "createAccount", state: "unknown", at: "2026-11-28T10:00:00Z" }];
  const reply = problemReply({ status: 504, code: "outcome-unknown", actionId: "A", steps });
  const { client } = clientOf([problemReply({}), reply]);
  const error = await failure(client.post("provision-user", {}));
  assert.equal(error.message, problem.detail);
  assert.equal(error.status, 422);
  assert.equal(error.code, "invalid-fields");
  assert.equal(error.requestId, "01a2");
  assert.equal(error.messageFor("additionalGroups"), problem.errors[0].message);
  assert.equal(error.messageFor("email"), undefined);
  assert.deepEqual([error.retryAfter, error.actionId, error.steps], [null, null, []]);
  const unknown = await failure(client.post("provision-user", {}));
  assert.deepEqual([unknown.actionId, unknown.steps], ["A", steps]);
});

test("Retry-After is read as seconds and as a date", async () => {
  const busy = { status: 503, code: "lastpass-busy" };
  const inAMinute = new Date(Date.now() + 60_000).toUTCString();
  const { client } = clientOf([
    problemReply(busy, { "retry-after": "7" }),
    problemReply(busy, { "retry-after": inAMinute }),
    problemReply(busy, { "retry-after": "soon" }),
  ]);
  assert.equal((await failure(client.get("groups"))).retryAfter, 7);
  const { retryAfter } = await failure(client.get("groups"));
  assert.ok(retryAfter > 50 && retryAfter <= 60, String(retryAfter));
  assert.equal((await failure(client.get("groups"))).retryAfter, null);
});

test("what is not the API's JSON is an error that says so", async () => {
  const html = (status) =>
    new Response("<!doctype html>", { status, headers: { "content-type": "text/html" } });
  const text = new Response("Internal Server Error", { status: 500 });
  const platform = json({ error: { code: "504" } }, { status: 504 });
  const { client } = clientOf([html(200), html(404), text, platform]);
  for (const status of [200, 404, 500, 504]) {
    const error = await failure(client.get("session"));
    assert.deepEqual([error.code, error.status], ["not-json", status]);
  }
});

test("a network failure is an error without a status", async () => {
  const broken = new Response(
    new ReadableStream({ start: (body) => body.error(new TypeError("terminated")) }),
  );
  const { client } = clientOf([new TypeError("fetch failed"), broken]);
  for (const route of ["session", "groups"]) {
    const error = await failure(client.get(route));
    assert.deepEqual([error.code, error.status, error.requestId], ["unreachable", 0, null]);
  }
});

test("a request that its caller aborted stays an AbortError", async () => {
  const client = createClient({ fetch: async (_url, { signal }) => signal.throwIfAborted() });
  const aborted = client.get("groups", {}, { signal: AbortSignal.abort() });
  await assert.rejects(aborted, { name: "AbortError" });
  const controller = new AbortController();
  const body = new ReadableStream({
    pull: (stream) => {
      controller.abort();
      stream.error(controller.signal.reason);
    },
  });
  const { client: reading } = clientOf([new Response(body)]);
  await assert.rejects(reading.get("groups", {}, { signal: controller.signal }), {
    name: "AbortError",
  });
});

test("a 401 calls the handler, except of a key that is refused at sign-in", async () => {
  const unauthenticated = () => problemReply({ status: 401, code: "unauthenticated" });
  const calls = [];
  const { client } = clientOf([unauthenticated(), unauthenticated(), problemReply({})], {
    onUnauthenticated: (error) => calls.push(error.status),
  });
  await failure(client.get("groups"));
  await failure(client.post("session", { key: "wrong" }));
  await failure(client.get("groups"));
  assert.deepEqual(calls, [401]);
});

test("health resolves while something is down", async () => {
  const { client } = clientOf([json({ status: "down" }, { status: 503 })]);
  assert.deepEqual(await client.get("health"), { status: "down" });
});

const change = { email: "ann@example.com", action: "deactivate" };

async function keysOf(outcomes, bodies = outcomes.map(() => change)) {
  const { client, requests } = clientOf(outcomes);
  for (const body of bodies) {
    await client.post("users", body).catch((error) => assert.ok(error instanceof ApiError));
  }
  return requests.map(({ headers }) => headers.get("idempotency-key"));
}

test("a retry of the same body keeps its key until the change has ended", async () => {
  const keys = await keysOf([
    problemReply({ status: 504, code: "outcome-unknown" }),
    new TypeError("fetch failed"),
    problemReply({ status: 409, code: "change-in-progress" }),
    problemReply({ status: 401, code: "unauthenticated" }),
    new Response("Bad Gateway", { status: 502 }),
    json({ success: true }),
    json({ success: true }),
  ]);
  assert.match(keys[0], /^[0-9a-f-]{36}$/);
  assert.deepEqual(keys.slice(1, 6), Array(5).fill(keys[0]));
  assert.notEqual(keys[6], keys[0]);
});

test("after an end, and for another body, the key is new", async () => {
  const unknown = () => problemReply({ status: 504, code: "outcome-unknown" });
  const refused = (code, status) => problemReply({ code, status });
  const again = await keysOf([
    refused("lastpass-refused", 502),
    refused("change-not-applied", 502),
    json({ success: true }),
  ]);
  assert.equal(new Set(again).size, 3);
  const other = { ...change, action: "restore" };
  const [first, second, third] = await keysOf(
    [unknown(), unknown(), unknown()],
    [change, other, change],
  );
  assert.notEqual(first, second);
  assert.equal(first, third);
});

test("a change that is given up gets a new key", async () => {
  const unknown = () => problemReply({ status: 504, code: "outcome-unknown" });
  const { client, requests } = clientOf([unknown(), unknown()]);
  await failure(client.post("users", change));
  client.giveUp("users", change);
  await failure(client.post("users", change));
  const [first, second] = requests.map(({ headers }) => headers.get("idempotency-key"));
  assert.notEqual(first, second);
});

test("a key can be given, and signing in has none", async () => {
  const { client, requests } = clientOf([json({}), json({})]);
  await client.post("users", change, { idempotencyKey: "mine" });
  await client.post("session", { key: "demo-admin" });
  assert.equal(requests[0].headers.get("idempotency-key"), "mine");
  assert.equal(requests[0].headers.get("content-type"), "application/json");
  assert.deepEqual(requests[0].body, change);
  assert.equal(requests[1].headers.get("idempotency-key"), null);
});

test("reads after a change carry Lastpass-Read-After, until signing out", async () => {
  const { client, requests } = clientOf([
    json({}),
    json({}, { headers: { "lastpass-read-after": "V1" } }),
    json({}),
    problemReply({ status: 504, code: "outcome-unknown" }, { "lastpass-read-after": "V2" }),
    json({}),
    new Response(null, { status: 204 }),
    json({}),
  ]);
  await client.get("users");
  await client.post("users", change);
  await client.get("users");
  await failure(client.post("users", change));
  await client.get("users");
  await client.delete("session");
  await client.get("users");
  assert.deepEqual(
    requests.map(({ headers }) => headers.get("lastpass-read-after")),
    [null, null, "V1", "V1", "V2", "V2", null],
  );
  assert.equal(requests[5].method, "DELETE");
});

test("pages follow the cursor to the end", async () => {
  const { client, requests } = clientOf([
    json({ users: ["a"], nextCursor: "C1" }),
    json({ users: ["b"], nextCursor: null }),
  ]);
  const users = [];
  for await (const page of client.pages("users", { status: "disabled" })) {
    users.push(...page.users);
  }
  assert.deepEqual(users, ["a", "b"]);
  assert.deepEqual(
    requests.map(({ url }) => url),
    [
      "/api/lastpass/users?limit=1000&status=disabled",
      "/api/lastpass/users?limit=1000&status=disabled&cursor=C1",
    ],
  );
});

function csv(headers = {}) {
  return new Response('"id"\r\n"1"\r\n', {
    headers: { "content-type": "text/csv; charset=utf-8; header=present", ...headers },
  });
}

test("a file has its content and the name that the API gives", async () => {
  const { client, requests } = clientOf([
    csv({ "content-disposition": 'attachment; filename="lastpass-actions-2026-11-28.csv"' }),
    csv(),
  ]);
  const { blob, name } = await client.file("actions", { format: "csv" });
  assert.equal(await blob.text(), '"id"\r\n"1"\r\n');
  assert.equal(name, "lastpass-actions-2026-11-28.csv");
  assert.equal(requests[0].url, "/api/lastpass/actions?format=csv");
  assert.equal((await client.file("actions", { format: "csv" })).name, "actions.csv");
});

test("a download saves the file, and an ended session is an error and no file", async () => {
  const { client } = clientOf([
    csv(),
    problemReply({ status: 401, code: "unauthenticated" }),
    new Response("<!doctype html>", { headers: { "content-type": "text/html" } }),
  ]);
  const saved = [];
  const link = { click: () => saved.push([link.download, link.href.startsWith("blob:")]) };
  globalThis.document = { createElement: () => link };
  try {
    await client.download("shared-folders", { format: "csv" });
    const ended = await failure(client.download("actions", { format: "csv" }));
    assert.equal(ended.code, "unauthenticated");
    const page = await failure(client.download("actions", { format: "csv" }));
    assert.equal(page.code, "not-json");
  } finally {
    delete globalThis.document;
  }
  assert.deepEqual(saved, [["shared-folders.csv", true]]);
});

test("`api` requests this origin", async () => {
  const original = globalThis.fetch;
  const urls = [];
  globalThis.fetch = async (url) => {
    urls.push(url);
    return json({ groups: [] });
  };
  try {
    await api.get("groups", { q: "sales" });
  } finally {
    globalThis.fetch = original;
  }
  assert.deepEqual(urls, ["/api/lastpass/groups?q=sales"]);
});

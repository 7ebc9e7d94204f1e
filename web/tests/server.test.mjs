// The client from server code and from a page, in a Next.js app that reaches the functions through a recording forwarder.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createServer, request as httpRequest } from "node:http";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { answers, closeContext, freePort, startBrowser, startSite } from "./site.mjs";

const app = join(import.meta.dirname, "server-app");
const next = join(import.meta.dirname, "../node_modules/next/dist/bin/next");

let site, forwarder, server, url, browser, context, page;

before(async () => {
  [site, browser] = await Promise.all([startSite(), startBrowser()]);
  forwarder = await startForwarder(site.url);
  const env = { ...process.env, LASTPASS_API_ORIGIN: forwarder.url };
  execFileSync(process.execPath, [next, "build"], { cwd: app, env, stdio: "ignore" });
  const port = await freePort();
  server = spawn(process.execPath, [next, "start", "--port", String(port)], {
    cwd: app,
    env,
    stdio: "ignore",
  });
  url = `http://localhost:${port}`;
  await answers(url);
});

after(async () => {
  await browser?.close();
  server?.kill();
  forwarder?.stop();
  site?.stop();
});

beforeEach(async () => {
  context = await browser.newContext({ baseURL: url });
  page = await context.newPage();
  forwarder.requests.length = 0;
});

afterEach(() => closeContext(context));

/** Forwards to the functions, and records method, path and headers. `loseReply` drops the reply to the next POST. */
async function startForwarder(target) {
  const forwarder = { requests: [], loseReply: false };
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const record = { method, url, headers };
    forwarder.requests.push(record);
    const sent = httpRequest(`${target}${url}`, { method, headers }, (reply) => {
      record.reply = reply.headers;
      if (method === "POST" && forwarder.loseReply) {
        forwarder.loseReply = false;
        reply.resume().on("end", () => incoming.socket.destroy());
        return;
      }
      outgoing.writeHead(reply.statusCode, reply.headers);
      reply.pipe(outgoing);
    });
    sent.on("error", () => incoming.socket.destroy());
    incoming.pipe(sent);
  });
  await new Promise((listening) => server.listen(0, listening));
  forwarder.url = `http://localhost:${server.address().port}`;
  forwarder.stop = () => server.close();
  return forwarder;
}

async function signIn(role) {
  const response = await context.request.post("/api/lastpass/session", {
    data: { key: `demo-${role}` },
    headers: { "Sec-Fetch-Site": "same-origin" },
  });
  assert.equal(response.status(), 200);
}

/** An active user who is no admin, another one each time. */
async function someUser() {
  const response = await context.request.get("/api/lastpass/users?status=active&limit=100");
  const { users } = await response.json();
  return users.find(({ isAdmin, groups }) => !isAdmin && groups.length > 0).email;
}

function heading(text) {
  return page.getByRole("heading", { name: text, exact: true }).waitFor();
}

test("proxy.ts leads visitors without a session to the sign-in page", async () => {
  await page.goto("/");
  await page.waitForURL("**/sign-in");
  await heading("Sign in");
});

test("requireRole admits the role, and refuses others", async () => {
  await signIn("auditor");
  await page.goto("/auditors");
  await page.getByText("For ").waitFor();
  await signIn("admin");
  await page.goto("/auditors");
  await heading("Not for your role");
});

test("a change by a Server Action shows in the Server Component rendered after it", async () => {
  await signIn("admin");
  const email = await someUser();
  await page.goto(`/?${new URLSearchParams({ email })}`);
  await heading("active");
  for (const [button, status] of [
    ["Deactivate", "disabled"],
    ["Restore", "active"],
  ]) {
    forwarder.requests.length = 0;
    await page.getByRole("button", { name: button }).click();
    await heading(status);
    const change = forwarder.requests.findIndex(
      ({ method, url }) => method === "POST" && url === "/api/lastpass/users",
    );
    const value = forwarder.requests[change].reply["lastpass-read-after"];
    assert.ok(value);
    // The very render that shows it was read by the change's time, and so are the browser's own requests.
    const read = forwarder.requests
      .slice(change)
      .find(({ url }) => url.startsWith("/api/lastpass/users?"));
    assert.ok(read.headers.cookie.includes(`lastpass-read-after=${value}`), read.headers.cookie);
    const kept = (await context.cookies()).find(({ name }) => name === "lastpass-read-after");
    assert.deepEqual([kept.value, kept.httpOnly, kept.sameSite], [value, true, "Strict"]);
  }
});

test("signing out by a Server Action ends the browser's session", async () => {
  await signIn("admin");
  await page.goto(`/?${new URLSearchParams({ email: await someUser() })}`);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL("**/sign-in");
  assert.deepEqual(await context.cookies(), []);
  await page.goto("/auditors");
  await page.waitForURL("**/sign-in");
});

test("useChange previews, retries with the same key, and lists show the change", async () => {
  await signIn("admin");
  const email = await someUser();
  await page.goto(`/change?${new URLSearchParams({ email })}`);
  await heading("active");
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByText("nothing was changed").waitFor();
  forwarder.loseReply = true;
  await page.getByRole("button", { name: "Submit" }).click();
  await page.getByText("unsettled: not-json").waitFor();
  await page.getByRole("button", { name: "Retry" }).click();
  const status = page.getByRole("status");
  await status.getByText("deactivated").waitFor();
  assert.doesNotMatch(await status.textContent(), /unsettled/);
  await heading("disabled");
  const [, lost, retried] = forwarder.requests
    .filter(({ method, url }) => method === "POST" && url === "/api/lastpass/users")
    .map(({ headers, reply }) => ({
      key: headers["idempotency-key"],
      replayed: reply["idempotency-replayed"],
    }));
  assert.equal(retried.key, lost.key);
  assert.deepEqual([lost.replayed, retried.replayed], [undefined, "true"]);
});

/** Answers the page's requests for users by this problem, and counts them. */
async function refuseReads(status, code, headers) {
  const refused = { count: 0 };
  const problem = { status, code, detail: code, error: code, requestId: "1", errors: [] };
  await page.route("**/api/lastpass/users?*", (route) => {
    refused.count += 1;
    return route.fulfill({
      status,
      headers: { "content-type": "application/problem+json", ...headers },
      body: JSON.stringify(problem),
    });
  });
  return refused;
}

test("a preview that was reset is not shown, and after a success there is nothing to retry", async () => {
  await signIn("admin");
  const email = await someUser();
  await page.goto(`/change?${new URLSearchParams({ email })}`);
  await heading("active");
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const isChange = (request) => request.method() === "POST" && request.url().endsWith("/users");
  await page.route("**/api/lastpass/users", async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByText("pending").waitFor();
  await page.getByRole("button", { name: "Reset" }).click();
  const arrived = page.waitForResponse((response) => isChange(response.request()));
  release();
  await (await arrived).finished();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
  assert.equal(await page.getByRole("status").innerText(), "");

  await page.getByRole("button", { name: "Submit" }).click();
  await heading("disabled");
  const changes = [];
  page.on("request", (request) => isChange(request) && changes.push(request.postDataJSON().dryRun));
  await page.getByRole("button", { name: "Retry" }).click();
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByText("nothing was changed").waitFor();
  assert.deepEqual(changes, [true]);
});

test("without parameters a hook shows nothing of what it read before", async () => {
  await signIn("admin");
  await page.goto(`/change?${new URLSearchParams({ email: await someUser() })}`);
  await heading("active");
  await page.getByRole("link", { name: "Clear" }).click();
  await heading("none");
});

test("a read is repeated after Retry-After, and not before", async () => {
  await signIn("admin");
  const email = await someUser();
  await page.clock.install();
  const refused = await refuseReads(503, "lastpass-busy", { "retry-after": "60" });
  await page.goto(`/change?${new URLSearchParams({ email })}`);
  await heading("lastpass-busy");
  await page.clock.runFor(59_000);
  assert.equal(refused.count, 1);
  await page.unroute("**/api/lastpass/users?*");
  await page.clock.runFor(2_000);
  await heading("active");
});

test("a read that is refused with a 4xx is not repeated", async () => {
  await signIn("admin");
  await page.clock.install();
  const refused = await refuseReads(403, "forbidden", {});
  await page.goto("/change?email=ann@example.com");
  await heading("forbidden");
  await page.clock.runFor(3_600_000);
  assert.equal(refused.count, 1);
});

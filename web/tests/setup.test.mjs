// The setup page, with the API's own replies: those of the demo company, and those that the snapshots of tests/ hold of
// functions that are not set up.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { checkLooks, openPage } from "./page.mjs";
import { closeContext, startBrowser, startSite } from "./site.mjs";

const snapshots = join(import.meta.dirname, "../../tests/snapshots");
const labels = { ok: "Works", degraded: "Needs attention", down: "Does not work", off: "Off" };

let site, browser;

before(async () => {
  [site, browser] = await Promise.all([startSite(), startBrowser()]);
});

after(async () => {
  await browser?.close();
  site?.stop();
});

/** The status and the body of a recorded reply. */
function recorded(name) {
  const [, status, body] = /\n---\n(\d+) [\s\S]+?\n\n(\{[\s\S]+)$/.exec(
    readFileSync(join(snapshots, `${name}.snap`), "utf8"),
  );
  return { status: Number(status), json: JSON.parse(body) };
}

/** Has a route reply as recorded. */
async function replyWith(page, route, name) {
  const reply = recorded(name);
  await page.route(`**/api/lastpass/${route}`, (request) => request.fulfill(reply));
  return reply.json;
}

async function open(role, options, prepare) {
  const opened = await openPage(browser, site, role, options);
  await prepare?.(opened.page);
  await opened.page.goto("/setup");
  await opened.page.getByRole("button", { name: "Check again" }).waitFor();
  return opened;
}

/** The badge of each part, and the text below it. */
async function shownParts(page) {
  const parts = page.locator("main ol > li > [data-slot=card]");
  return Promise.all(
    (await parts.all()).map(async (part) => ({
      badge: await part.locator("[data-slot=badge]").textContent(),
      text: await part.locator("[data-slot=card-content]").textContent(),
    })),
  );
}

function assertParts(shown, parts) {
  assert.equal(shown.length, parts.length);
  parts.forEach(({ status, detail, fix }, index) => {
    assert.equal(shown[index].badge, labels[status]);
    assert.ok(shown[index].text.includes(detail.slice(1)), shown[index].text);
    assert.ok(shown[index].text.includes((fix ?? "").slice(1)), shown[index].text);
  });
}

test("an admin sees every part as the API reports it, and how to connect the own company", async () => {
  const { context, page, errors, api } = await open("admin");
  const { parts } = await api("health");
  // The age of the newest event grows.
  const same = parts.filter(({ name }) => name !== "events");
  const shown = await shownParts(page);
  assertParts(
    shown.toSpliced(
      parts.findIndex(({ name }) => name === "events"),
      1,
    ),
    same,
  );
  await page.getByRole("heading", { name: "LASTPASS_PROVISIONING_HASH" }).waitFor();
  await page.getByText("Advanced > Enterprise API").first().waitFor();
  assert.deepEqual(errors, []);
  await closeContext(context);
});

for (const name of ["settings", "down", "without-database"]) {
  test(`each missing variable has its place: ${name}`, async () => {
    let health;
    const { context, page } = await open("admin", {}, async (page) => {
      health = await replyWith(page, "health", `health/${name}`);
    });
    assertParts(await shownParts(page), health.parts);
    for (const { detail, fix } of health.parts.filter((part) => part.fix !== null)) {
      for (const variable of ["LASTPASS_PROVISIONING_HASH", "DATABASE_URL", "SIGNING_SECRET"]) {
        if (`${detail} ${fix}`.includes(variable)) {
          await page.getByRole("heading", { name: variable }).first().waitFor();
        }
      }
    }
    await closeContext(context);
  });
}

test("it works before anyone can sign in, and the sign-in page leads to it", async () => {
  const { context, page, errors } = await openPage(browser, site);
  const { parts } = await replyWith(page, "health", "health/no-sign-in");
  await replyWith(page, "session", "session/not-configured");
  await page.goto("/dashboard");
  await page.getByRole("link", { name: "See what is missing" }).click();
  await page.waitForURL("**/setup");
  await page.getByRole("heading", { name: "DASHBOARD_KEYS" }).waitFor();
  assertParts(await shownParts(page), parts);
  await page.getByText("as soon as signing in works").waitFor();
  assert.equal(await page.getByRole("main").getByRole("link", { name: "Sign in" }).count(), 0);
  assert.deepEqual(errors, []);
  await closeContext(context);
});

test("what was missing turns green", async () => {
  const { context, page } = await open("admin", {}, (page) =>
    replyWith(page, "health", "health/settings"),
  );
  await page.getByText("The dashboard cannot show data yet.").waitFor();
  await page.unroute("**/api/lastpass/health");
  await page.getByRole("button", { name: "Check again" }).click();
  await page.getByText("Everything that is set up works.").waitFor();
  assert.equal((await shownParts(page))[0].badge, "Works");
  await closeContext(context);
});

test("it checks again by itself until everything works", async () => {
  const { context, page } = await openPage(browser, site, "admin");
  await page.clock.install();
  await replyWith(page, "health", "health/settings");
  await page.goto("/setup");
  await page.getByText("The dashboard cannot show data yet.").waitFor();
  await page.unroute("**/api/lastpass/health");
  await page.clock.runFor(20_000);
  await page.getByText("Everything that is set up works.").waitFor();
  await closeContext(context);
});

test("a stranger sees the overall status, and where to sign in", async () => {
  const { context, page } = await open();
  assert.equal((await shownParts(page)).length, 0);
  await page.getByText("The parts are shown to an administrator.").waitFor();
  await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Admin", exact: true }).click();
  await page.waitForURL("**/setup");
  await page.getByRole("heading", { name: "Database", exact: true }).waitFor();
  await closeContext(context);
});

for (const role of ["manager", "auditor", "provisioner"]) {
  test(`${role}s see the overall status, and that parts are for admins`, async () => {
    const { context, page } = await open(role);
    await page.getByText("Everything that is set up works.").waitFor();
    await page.getByText("The parts are for administrators.").waitFor();
    assert.equal((await shownParts(page)).length, 0);
    assert.equal(await page.getByRole("link", { name: "Setup" }).count(), 0);
    await closeContext(context);
  });
}

test("an error can be tried again", async () => {
  const { context, page } = await openPage(browser, site, "admin");
  await page.route("**/api/lastpass/health", (route) => route.abort(), { times: 1 });
  await page.goto("/setup");
  await page.getByText("The server cannot be reached").waitFor();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("Everything that is set up works.").waitFor();
  await closeContext(context);
});

test("an admin runs the sync, and sees its parts", async () => {
  const { context, page, errors } = await open("admin");
  const [reply] = await Promise.all([
    page.waitForResponse((response) => response.url().endsWith("/sync")),
    page.getByRole("button", { name: "Run now" }).click(),
  ]);
  const { parts, complete } = await reply.json();
  assert.equal(complete, true);
  await page.getByText("The sync is complete.").waitFor();
  const counts = page.getByRole("list", { name: "Parts of the sync" }).locator(".tabular-nums");
  assert.deepEqual(
    await counts.allTextContents(),
    parts.map(({ count }) => count.toLocaleString("en-US")),
  );
  await checkLooks(page, "setup-sync");
  assert.deepEqual(errors, []);
  await closeContext(context);
});

test("a sync that fails in part, or that runs already, says so", async () => {
  const { context, page } = await open("admin");
  const part = {
    name: "people",
    status: "failed",
    count: 0,
    ms: 5,
    detail: "31 people would leave",
  };
  const problem = { status: 500, code: "sync-incomplete", detail: "A part failed.", parts: [part] };
  const contentType = "application/problem+json";
  const fail = (body, headers) => (route) =>
    route.fulfill({ status: body.status, contentType, headers, body: JSON.stringify(body) });
  await page.route("**/sync", fail(problem), { times: 1 });
  await page.getByRole("button", { name: "Run now" }).click();
  await page.getByText("A part failed.").waitFor();
  await page.getByText(part.detail).waitFor();
  const running = { status: 409, code: "sync-running", detail: "Another sync is running." };
  await page.route("**/sync", fail(running, { "Retry-After": "120" }), { times: 1 });
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("try again in 120 s").waitFor();
  await closeContext(context);
});

for (const colorScheme of ["light", "dark"]) {
  for (const name of ["ok", "settings"]) {
    test(`${name} looks right in ${colorScheme}`, async () => {
      const { context, page, errors } = await open("admin", { colorScheme }, async (page) => {
        if (name !== "ok") {
          await replyWith(page, "health", `health/${name}`);
        }
      });
      await checkLooks(page, `setup-${name}-${colorScheme}`);
      assert.deepEqual(errors, []);
      await closeContext(context);
    });
  }
}

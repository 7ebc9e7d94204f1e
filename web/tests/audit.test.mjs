// What users do with the audit log, compared with the API's own replies.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { closeContext, startBrowser, startSite } from "./site.mjs";

// Before the demo company's first event: every alert and type is in the period.
const ALL = "from=2026-01-01";
const headers = { "Sec-Fetch-Site": "same-origin" };

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let site, browser, context, page, errors;

before(async () => {
  [site, browser] = await Promise.all([startSite(), startBrowser()]);
});

after(async () => {
  await browser?.close();
  site?.stop();
});

beforeEach(async () => {
  context = await browser.newContext({ baseURL: site.url, timezoneId: "Asia/Tokyo" });
  page = await context.newPage();
  errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
});

afterEach(async () => {
  await closeContext(context);
  assert.deepEqual(errors, []);
});

async function open(role, path = "/audit") {
  await context.request.post("/api/lastpass/session", { data: { key: `demo-${role}` }, headers });
  await page.goto(path);
}

async function api(path) {
  const response = await context.request.get(`/api/lastpass/${path}`);
  assert.equal(response.status(), 200, path);
  return response.json();
}

/** The log of the query that the page's own URL describes. */
async function log(query = "") {
  const { search } = new URL(page.url());
  return api(`audit-logs${search || "?"}&limit=100${query}`);
}

const table = () => page.getByRole("table", { name: "Events", exact: true });
const descriptions = () => table().locator("tbody tr td:nth-child(4)");

/** Waits until the list has the events of the page's URL. */
async function shows(events, total) {
  await page.getByText(`${events.length} of ${total.toLocaleString("en-US")} shown`).waitFor();
  assert.deepEqual(
    await descriptions().allTextContents(),
    events.map(({ description }) => description),
  );
}

test("the time of the data is one of LastPass's zone too, which is named once", async () => {
  await open("auditor");
  const time = page.getByText("as of").locator("time");
  const asOf = new Date(await time.getAttribute("datetime"));
  const { timeZone } = (await log()).meta;
  assert.equal(
    await time.textContent(),
    asOf.toLocaleString("en-US", { dateStyle: "medium", timeStyle: "short", timeZone }),
  );
  assert.equal(await page.getByText(timeZone).count(), 1);
});

for (const role of ["auditor", "admin"]) {
  test(`an ${role} sees the counts, the alerts and the events of the API`, async () => {
    await open(role, `/audit?${ALL}`);
    const { events, total, countsByType, countsByDay, countsByUser, alerts, meta } = await log();
    await shows(events, total);
    await page.getByText(`(${meta.timeZone})`).waitFor();
    const figures = async (name) => {
      const card = page.locator("[data-slot=card]", { has: page.getByRole("heading", { name }) });
      await card.getByText("As a table").click();
      const rows = page.getByRole("table", { name }).locator("tbody tr td:last-child");
      return (await rows.allTextContents()).map((text) => Number(text.replaceAll(",", "")));
    };
    assert.deepEqual(await figures("Events by type"), Object.values(countsByType));
    assert.deepEqual(
      await figures("Events by day"),
      countsByDay.map((day) => day.events),
    );
    const users = page.locator("ol li");
    assert.deepEqual(
      await users.allTextContents(),
      countsByUser.map(({ user, events }) => `${user}${events}`),
    );
    await page.getByRole("button", { name: `Show all ${alerts.length} alerts` }).click();
    assert.equal(
      await page
        .getByRole("listitem")
        .getByText(/^(High|Medium|Low)$/)
        .count(),
      alerts.length,
    );
    assert.equal(await page.getByRole("link", { name: "Users" }).count(), role === "admin" ? 1 : 0);
  });
}

for (const role of ["manager", "provisioner"]) {
  test(`a ${role} sees that the log is not for the role`, async () => {
    await open(role);
    await page.getByText("Not available for your role").waitFor();
    assert.equal(await page.getByRole("link", { name: "Audit log" }).count(), 0);
  });
}

test("an alert opens its evidence", async () => {
  await open("auditor", `/audit?${ALL}`);
  const { alerts } = await log();
  const { rule, user, count } = alerts.find(({ rule }) => rule === "repeatedFailedLogins");
  await page.getByRole("button", { name: /^Show all/ }).click();
  await page.getByRole("button", { name: `Repeated failed logins ${user}` }).click();
  await page.waitForURL((url) => url.searchParams.get("alert") === rule);
  const { events, total } = await log();
  assert.equal(total, count);
  await shows(events, total);
});

test("periods are days of LastPass's time zone, whatever the browser's", async () => {
  await open("auditor");
  await page.getByRole("button", { name: "Yesterday" }).click();
  await page.waitForURL(/from=/);
  const { meta, countsByDay } = await log();
  const today = new Date().toLocaleDateString("sv-SE", { timeZone: meta.timeZone });
  const { searchParams } = new URL(page.url());
  const yesterday = new Date(Date.parse(today) - 86_400_000).toISOString().slice(0, 10);
  assert.equal(searchParams.get("from"), yesterday);
  assert.ok(countsByDay.every(({ date }) => date === yesterday));
  assert.equal(await page.getByLabel("From", { exact: true }).inputValue(), yesterday);
  const pressed = page.getByRole("button", { name: "Yesterday", pressed: true });
  await pressed.waitFor();
});

test("types are chosen together, and their counts stay", async () => {
  await open("auditor");
  const { countsByType } = await log();
  await page.getByRole("button", { name: "All types" }).click();
  for (const [label, type] of [
    ["Policy change", "policyChange"],
    ["User management", "userManagement"],
  ]) {
    await page
      .getByRole("checkbox", { name: new RegExp(`^${label} ?${countsByType[type]}$`) })
      .click();
  }
  await page.getByRole("button", { name: "Types: 2 of 8" }).waitFor();
  await page.keyboard.press("Escape");
  const { events, total, countsByType: after } = await log();
  assert.equal(total, countsByType.policyChange + countsByType.userManagement);
  assert.deepEqual(after, countsByType);
  await shows(events, total);
  const logins = countsByType.login.toLocaleString("en-US");
  await page.getByRole("button", { name: `Login ${logins}` }).waitFor();
});

test("a user and a target are found by a part of their name", async () => {
  await open("auditor", `/audit?${ALL}`);
  await page.getByLabel("User", { exact: true }).fill("silva");
  await page.waitForURL(/user=silva/);
  let found = await log();
  assert.ok(found.total > 0);
  await shows(found.events, found.total);
  await page.getByRole("button", { name: "Remove User: silva" }).click();
  await page.waitForURL((url) => !url.search.includes("silva"));
  const { events } = await log("&type=userManagement");
  const { group } = events.find((event) => event.group !== null);
  await page.getByLabel("Target").fill(group);
  await page.waitForURL(/target=/);
  found = await log();
  assert.ok(found.total > 0);
  await shows(found.events, found.total);
});

test("every column fits beside the sidebar, and below it the events are one below the other", async () => {
  await open("auditor", `/audit?${ALL}&type=sharedFolder`);
  await table().waitFor();
  for (const width of [1280, 1024, 768, 375]) {
    await page.setViewportSize({ width, height: 900 });
    const cut = await table()
      .locator("..")
      .evaluate((box) => box.scrollWidth - box.clientWidth);
    assert.equal(cut, 0, `${width} px`);
    const target = await table().locator("tbody tr td:nth-child(6) button").first().boundingBox();
    const details = await table().locator("tbody tr td:nth-child(7) button").first().boundingBox();
    const right = target.x + target.width;
    const isApart = right <= details.x || target.y + target.height <= details.y;
    assert.ok(isApart, `${width} px`);
  }
});

test("details below an event leave the columns where they are", async () => {
  await open("auditor", `/audit?${ALL}`);
  await table().waitFor();
  const widths = () =>
    table()
      .locator("thead th")
      .evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect().width));
  for (const width of [1600, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    const details = page.getByRole("button", { name: /^Details of/ }).first();
    const closed = await widths();
    await details.click();
    await page.getByText("As LastPass sent it").waitFor();
    assert.deepEqual(await widths(), closed, `${width} px`);
    await details.click();
  }
});

test("the details have the address, where the table has no room for it", async () => {
  await open("auditor", `/audit?${ALL}`);
  const { events } = await log();
  const { ip } = events.find((event) => event.ip !== null);
  await page
    .getByRole("button", { name: /^Details of/ })
    .nth(events.findIndex((event) => event.ip === ip))
    .click();
  await page.getByRole("definition").getByRole("button", { name: ip, exact: true }).click();
  await page.waitForURL((url) => url.searchParams.get("ip") === ip);
});

test("each value of an event filters by it", async () => {
  await page.setViewportSize({ width: 1600, height: 900 });
  for (const [column, name, value] of [
    [
      1,
      "from",
      (event, zone) => new Date(event.timestamp).toLocaleDateString("sv-SE", { timeZone: zone }),
    ],
    [2, "user", (event) => event.user],
    [3, "type", (event) => event.type],
    [4, "action", (event) => event.action],
    [3, "outcome", (event) => event.outcome],
    [5, "ip", (event) => event.ip],
    [6, "target", (event) => event.target ?? event.group ?? event.folder],
  ]) {
    await open("auditor", `/audit?${ALL}&type=userManagement`);
    const { events, meta } = await log();
    const index = events.findIndex((event) => value(event, meta.timeZone));
    const row = table().locator("tbody tr").nth(index);
    const buttons = row.locator(`td:nth-child(${column}) button`);
    await (name === "outcome" ? buttons.last() : buttons.first()).click();
    const expected = value(events[index], meta.timeZone);
    await page.waitForURL((url) => url.searchParams.get(name) === expected);
    const found = await log();
    assert.ok(found.total > 0, name);
    await shows(found.events, found.total);
  }
});

test("details have the raw event and lead to the user", async () => {
  await open("admin");
  const [event] = (await log()).events;
  const details = page.getByRole("button", { name: /^Details of/ }).first();
  await details.click();
  assert.equal(await details.getAttribute("aria-expanded"), "true");
  const raw = await page.locator("pre").textContent();
  assert.deepEqual(JSON.parse(raw), event.raw);
  await page.getByText(event.id).waitFor();
  await page.getByRole("link", { name: event.user }).click();
  await page.waitForURL((url) => url.searchParams.get("email") === event.user);
});

test("an event that one of us caused names who, also in the list", async () => {
  await open("admin", "/audit?type=userManagement");
  await table().waitFor();
  const { users } = await api("users?status=active&limit=50");
  const { email } = users.find((user) => !user.isAdmin);
  const change = await context.request.post("/api/lastpass/users", {
    data: { email, action: "requirePasswordChange" },
    headers,
  });
  assert.equal(change.status(), 200, await change.text());
  const { actionId } = await change.json();
  await page.reload();
  const { events } = await log();
  const own = events.find(({ ownAction }) => ownAction?.id === actionId);
  const row = table().locator("tbody tr").nth(events.indexOf(own));
  await row.getByText(`from this dashboard, by ${own.ownAction.actor}`).waitFor();
  await row.getByRole("button", { name: /^Details/ }).click();
  await page
    .getByText(`${own.ownAction.actor}, from this dashboard (action ${actionId})`)
    .waitFor();
  await page.getByRole("link", { name: "Record of this user" }).click();
  await page.waitForURL(
    (url) => url.pathname === "/actions" && url.searchParams.get("email") === email,
  );
  await page.getByRole("main").getByText(email).first().waitFor();
});

test("more events are added below, each once", async () => {
  await open("auditor", `/audit?${ALL}`);
  const first = await log();
  await shows(first.events, first.total);
  await page.getByRole("button", { name: "Load more" }).click();
  const second = await log(`&cursor=${first.nextCursor}`);
  await shows([...first.events, ...second.events], first.total);
  // Another filter begins at the first page.
  await page.getByLabel("Outcome").selectOption("failure");
  await page.waitForURL(/outcome=failure/);
  const { events, total } = await log();
  await shows(events, total);
});

test("files have every event that matches", async () => {
  await open("auditor", `/audit?${ALL}&type=policyChange,sharedFolder`);
  await table().waitFor();
  const { events, total } = await log();
  const save = async (name) => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name, exact: true }).click(),
    ]);
    await page.getByText("Saved.").waitFor();
    return (await readFile(await download.path(), "utf8")).trim().split("\n");
  };
  await page.getByRole("button", { name: "Export", exact: true }).click();
  const csv = await save("CSV");
  assert.match(csv[0], /^"?id"?,/);
  assert.ok(csv.length > total);
  const lines = (await save("NDJSON")).map((line) => JSON.parse(line));
  assert.equal(lines.length, total);
  assert.equal(lines[0].id, events[0].id);
  const ocsf = (await save("OCSF")).map((line) => JSON.parse(line));
  assert.equal(ocsf.length, total);
  assert.equal(typeof ocsf[0].class_uid, "number");
});

test("a file that is refused says why", async () => {
  await open("auditor");
  await table().waitFor();
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await context.clearCookies();
  await page.getByRole("button", { name: "CSV", exact: true }).click();
  await page
    .getByRole("dialog")
    .getByRole("status")
    .getByText(/sign in/i)
    .waitFor();
});

test("an empty result says what was not found, and what to try", async () => {
  await open("auditor", "/audit?user=nobody-has-this-name&type=login");
  await page.getByText("No event matches these filters").waitFor();
  await page
    .getByRole("listitem")
    .getByText("User: nobody-has-this-name", { exact: true })
    .first()
    .waitFor();
  const { meta } = await log();
  await page.getByText(meta.warnings.find(({ code }) => code === "no-such-user").message).waitFor();
  await page.getByRole("button", { name: "Without User: nobody-has-this-name" }).click();
  await page.waitForURL((url) => !url.searchParams.has("user"));
  const { events, total } = await log();
  await shows(events, total);
});

test("an error keeps the filters, and the next attempt shows the log", async () => {
  await context.route("**/audit-logs**", (route) => route.abort(), { times: 1 });
  await open("auditor", "/audit?type=login");
  await page.getByText("The server cannot be reached").waitFor();
  await page.getByRole("button", { name: "Try again" }).click();
  const { events, total } = await log();
  await shows(events, total);
});

test("an ended session leads to the sign-in page, also from the next page", async () => {
  await open("auditor");
  await table().waitFor();
  await context.clearCookies();
  await page.getByRole("button", { name: "Load more" }).click();
  await page.waitForURL("**/sign-in?next=%2Faudit");
});

test("hostile values are shown as they are", async () => {
  const hostile = [
    "<script>window.ran = true</script><img src=x onerror='window.ran = true'>",
    '=HYPERLINK("https://example.com","a")',
    "\u202Egnp.elif\u202C \u05D0\u05D1\u05D2",
    "a".repeat(400),
    'O\'Brien "the" `best` & {{7*7}}',
  ];
  await context.route("**/audit-logs**", async (route) => {
    const response = await route.fetch();
    const reply = await response.json();
    // The last request filters by a value that no event has.
    reply.events.slice(0, hostile.length).forEach((event, index) => {
      const text = hostile[index];
      Object.assign(event, { user: text, description: text, target: text, site: text, ip: text });
      event.ownAction = { id: text, actor: text };
      event.raw.Data = text;
    });
    reply.countsByUser.slice(0, hostile.length).forEach((user, index) => {
      user.user = hostile[index];
    });
    reply.alerts.slice(0, 1).forEach((alert) => {
      alert.user = hostile.at(-1);
    });
    await route.fulfill({ response, json: reply });
  });
  for (const width of [375, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await open("auditor");
    for (const [index, text] of hostile.entries()) {
      await page
        .getByRole("button", { name: /^Details/ })
        .nth(index)
        .click();
      assert.equal(await descriptions().nth(0).isVisible(), true);
      assert.ok(
        (await page.locator("pre").nth(index).textContent()).includes(JSON.stringify(text)),
      );
    }
    const shown = await table().locator("tbody").textContent();
    hostile.forEach((text) => assert.ok(shown.includes(text), text));
    assert.equal(await page.evaluate(() => window.ran), undefined);
    const scrolls = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(scrolls, false, `scrolls sideways at ${width} px`);
  }
  await page.getByLabel("User", { exact: true }).fill(hostile[0]);
  await page.getByRole("button", { name: `Remove User: ${hostile[0]}` }).waitFor();
  assert.equal(await page.evaluate(() => window.ran), undefined);
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing where everything is open, in ${colorScheme}`, async () => {
    await page.emulateMedia({ colorScheme });
    await open("auditor", `/audit?${ALL}&type=policyChange,userManagement&user=a`);
    await page
      .getByRole("button", { name: /^Details/ })
      .first()
      .click();
    for (const summary of await page.getByText("As a table").all()) {
      await summary.click();
    }
    for (const menu of ["Types: 2 of 8", "Export"]) {
      await page.getByRole("button", { name: menu, exact: true }).click();
      // While it fades in, its contrast is too low.
      await page
        .getByRole("dialog")
        .evaluate((box) => Promise.all(box.getAnimations().map(({ finished }) => finished)));
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run());
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`);
      assert.deepEqual(found, [], menu);
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
  });
}

// What users do in the dashboard, compared with the API's own replies.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, beforeEach, afterEach, test } from "node:test";
import { gzipSync } from "node:zlib";

import { changeReplies, checkLooks, openPage } from "./page.mjs";
import { closeContext, startBrowser, startSite } from "./site.mjs";

let site, browser, context, page;

before(async () => {
  [site, browser] = await Promise.all([startSite(), startBrowser()]);
});

after(async () => {
  await browser?.close();
  site?.stop();
});

beforeEach(async () => {
  ({ context, page } = await openPage(browser, site));
});

afterEach(() => closeContext(context));

async function signIn(role) {
  await page.goto("/");
  await page.getByRole("button", { name: role, exact: true }).click();
  await page.waitForURL((url) => url.pathname !== "/sign-in" && url.pathname !== "/");
}

async function api(path) {
  const response = await context.request.get(`/api/lastpass/${path}`);
  assert.equal(response.status(), 200, path);
  return response.json();
}

async function waitForRows(users, shown = page) {
  await shown.waitForFunction(
    (emails) =>
      JSON.stringify([...document.querySelectorAll("tbody a")].map((link) => link.textContent)) ===
      JSON.stringify(emails),
    users.map((user) => user.email),
  );
}

test("a wrong key is refused at its field, and a right one leads to the requested page", async () => {
  await page.goto("/dashboard?risk=high");
  await page.getByLabel("Access key").fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("This key is not valid.").waitFor();
  await page.getByLabel("Access key").fill("demo-admin");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/dashboard?risk=high");
  assert.equal(await page.getByLabel("Risk").inputValue(), "high");
});

test("pages without a zone of LastPass name the browser's", async () => {
  const tokyo = await openPage(browser, site, "admin", { timezoneId: "Asia/Tokyo" });
  for (const path of ["/organization", "/users?email=amina.diallo@example.com"]) {
    await tokyo.page.goto(path);
    await tokyo.page.getByText(/as of .* GMT\+9$/).waitFor();
    assert.equal(await tokyo.page.getByText("GMT+9").count(), 1);
  }
  await closeContext(tokyo.context);
});

test("signing out ends the session", async () => {
  await signIn("Admin");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL("**/sign-in**");
  assert.equal((await api("session")).signedIn, false);
});

test("a sign-out that fails says so", async () => {
  await signIn("Admin");
  await page.route("**/api/lastpass/session", (route) =>
    route.request().method() === "DELETE" ? route.abort() : route.fallback(),
  );
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("alert").getByText("You may still be signed in.").waitFor();
  assert.equal((await api("session")).signedIn, true);
});

test("the cards, the distribution and the rows are the API's", async () => {
  await signIn("Admin");
  const { stats, scoreDistribution, users } = await api("security-report?limit=25");
  await waitForRows(users);
  const cards = [
    stats.totalUsers,
    stats.activeLast30Days,
    stats.usersBelowThreshold,
    stats.sharedPasswords,
  ];
  assert.deepEqual(await page.locator("dl dd:nth-of-type(1)").allTextContents(), cards.map(String));
  for (const { range, users } of scoreDistribution) {
    await page.getByRole("button", { name: `${range}: ${users}`, exact: true }).waitFor();
  }
});

test("the first load of each page stays under 250 kB of compressed JavaScript", async () => {
  await signIn("Admin");
  const links = page.getByRole("navigation", { name: "Pages" }).getByRole("link");
  const paths = await links.evaluateAll((found) =>
    found.map((link) => new URL(link.href).pathname),
  );
  const sizes = new Map();
  const size = async (script) => {
    if (!sizes.has(script)) {
      sizes.set(script, gzipSync(await (await context.request.get(script)).body()).length);
    }
    return sizes.get(script);
  };
  for (const path of paths) {
    // Pages that are linked are fetched later, when the browser is idle.
    const html = await (await context.request.get(path)).text();
    // The one with noModule is for browsers without modules, which the pages do not support.
    const tags = [...html.matchAll(/<script[^>]* src="([^"]+)"[^>]*>/g)];
    const scripts = tags.filter(([tag]) => !tag.includes("noModule")).map(([, script]) => script);
    const each = await Promise.all([...new Set(scripts)].map(size));
    const total = each.reduce((sum, one) => sum + one, 0);
    assert.ok(scripts.length > 0 && total < 250_000, `${path}: ${total} bytes`);
  }
});

test("a column sorts on the server, and says how", async () => {
  await signIn("Admin");
  const header = page.getByRole("columnheader", { name: "Last login" });
  await header.getByRole("button").click();
  await waitForRows((await api("security-report?limit=25&sort=lastLogin")).users);
  assert.equal(await header.getAttribute("aria-sort"), "ascending");
  await header.getByRole("button").click();
  await waitForRows((await api("security-report?limit=25&sort=-lastLogin")).users);
  assert.equal(await header.getAttribute("aria-sort"), "descending");
});

test("filters act together, and the pasted link shows the same rows", async () => {
  await signIn("Admin");
  await page.getByLabel("Department").selectOption("Engineering");
  await page.getByLabel("MFA").selectOption("none");
  const { users, total } = await api("security-report?limit=25&department=Engineering&mfa=none");
  await waitForRows(users);
  await page.getByText(`of ${total}`).waitFor();
  await page.waitForURL(/department=.*mfa=/);
  const other = await context.newPage();
  await other.goto(page.url());
  await waitForRows(users, other);
});

test("a range of the distribution lists its users, and again all", async () => {
  await signIn("Admin");
  const { scoreDistribution } = await api("security-report?limit=1");
  const [{ range, users }] = scoreDistribution;
  const button = page.getByRole("button", { name: `${range}: ${users}`, exact: true });
  await button.click();
  await page.getByText(`1–${users} of ${users}`).waitFor();
  assert.equal(await button.getAttribute("aria-pressed"), "true");
  await button.click();
  await page.getByText("1–25 of").waitFor();
});

test("saved views are links", async () => {
  await signIn("Admin");
  for (const [label, query] of [
    ["Score under 50", "risk=high"],
    ["No MFA", "mfa=none"],
    ["Inactive 45 days", "inactiveDays=45"],
    ["Never logged in", "status=neverLoggedIn"],
  ]) {
    await page.getByRole("link", { name: label }).click();
    await page.waitForURL(`**/dashboard?${query}`);
    await waitForRows((await api(`security-report?limit=25&${query}`)).users);
  }
});

test("pages lead forward, back, and to the same rows from a link", async () => {
  await signIn("Admin");
  const first = await api("security-report?limit=25");
  const second = await api(`security-report?limit=25&cursor=${first.nextCursor}`);
  await waitForRows(first.users);
  await page.getByRole("button", { name: "Next" }).click();
  await waitForRows(second.users);
  await page.getByText("26–50 of").waitFor();
  await page.waitForURL(/cursor=/);
  const link = page.url();
  await page.getByRole("button", { name: "Previous" }).click();
  await waitForRows(first.users);
  await page.goto(link);
  await waitForRows(second.users);
});

test("the search finds while one types, / focuses it and Esc empties it", async () => {
  await signIn("Admin");
  await page.getByRole("table").waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("brien");
  await waitForRows((await api("security-report?limit=25&q=brien")).users);
  await page.keyboard.press("Escape");
  await waitForRows((await api("security-report?limit=25")).users);
  assert.equal(await page.getByRole("searchbox").inputValue(), "");
});

test("columns can be shown, and the menu says which are never filled", async () => {
  await signIn("Admin");
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByText("does not report weak passwords").waitFor();
  await page.getByRole("checkbox", { name: "Groups" }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("columnheader", { name: "Groups" }).waitFor();
  await page.waitForURL(/columns=.*groups/);
});

test("the CSV has every row that matches", async () => {
  await signIn("Admin");
  await page.getByRole("link", { name: "No MFA" }).click();
  const { total } = await api("security-report?limit=1&mfa=none");
  await page.getByText(`of ${total}`).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export CSV" }).click(),
  ]);
  const lines = (await readFile(await download.path(), "utf8")).trim().split("\n");
  assert.equal(lines.length, total + 1);
});

for (const role of ["Manager", "Auditor"]) {
  test(`${role}s see figures and no list`, async () => {
    await signIn(role);
    const { stats } = await api("security-report");
    await page.getByText("Your role shows figures only").waitFor();
    await page.getByText(String(stats.usersBelowThreshold), { exact: true }).waitFor();
    assert.equal(await page.getByRole("table").count(), 0);
    assert.equal(await page.getByRole("link", { name: "Users" }).count(), 0);
  });
}

test("refreshing reads LastPass again", async () => {
  await signIn("Admin");
  await page.getByRole("table").waitFor();
  const [request] = await Promise.all([
    page.waitForResponse((response) => response.url().includes("fresh=true")),
    page.getByRole("button", { name: "Refresh" }).click(),
  ]);
  assert.equal(request.status(), 200);
  await page.getByText("Updated.").waitFor({ state: "attached" });
});

test("the organization's score, figures and departments are the API's", async () => {
  await signIn("Manager");
  await page.getByRole("link", { name: "Organization" }).click();
  const { stats, departments, meta } = await api("security-report?view=summary");
  await page.getByRole("img", { name: `Overall score: ${stats.overallScore} of 100` }).waitFor();
  const weak = meta.unavailable.find(({ field }) => field === "stats.usersWithWeakPasswords");
  await page.getByText(weak.reason).first().waitFor();
  const rows = await page
    .getByRole("table", { name: "Departments" })
    .locator("tbody tr")
    .allTextContents();
  const worstFirst = departments.toSorted(
    (a, b) => a.averageSecurityScore - b.averageSecurityScore,
  );
  assert.deepEqual(
    rows,
    worstFirst.map(
      ({ department, averageSecurityScore, users, usersBelowThreshold }) =>
        `${department}${averageSecurityScore}${users}${usersBelowThreshold}`,
    ),
  );
});

test("the trend ends with the figures of today, and has a table", async () => {
  await signIn("Admin");
  const { trend, stats } = await api("security-report?limit=1");
  assert.equal(trend.at(-1).overallScore, stats.overallScore);
  await page.getByText("As a table").click();
  const rows = page.getByRole("table", { name: "Overall score by day" }).locator("tbody tr");
  assert.equal(await rows.count(), trend.length);
  assert.deepEqual(
    (await rows.locator("td:last-child").allTextContents()).map(Number),
    trend.map(({ overallScore }) => overallScore).reverse(),
  );
});

test("the trend says each day's score, by pointer and by key", async () => {
  await changeReplies(page, "security-report", (report) => ({
    ...report,
    trend: [
      { date: "2026-11-02", overallScore: 61 },
      { date: "2026-11-03", overallScore: null },
      { date: "2026-11-04", overallScore: 67 },
    ],
  }));
  await signIn("Admin");
  const chart = page.getByRole("slider", { name: "Overall score by day" });
  const texts = [];
  await chart.focus();
  for (const key of ["ArrowLeft", "ArrowLeft", "End"]) {
    texts.push(await chart.getAttribute("aria-valuetext"));
    await page.keyboard.press(key);
  }
  texts.push(await chart.getAttribute("aria-valuetext"));
  assert.deepEqual(
    texts.map((text) => text.match(/\d+$/)[0]),
    ["67", "61", "61", "67"],
  );
  await chart.hover({ position: { x: 1, y: 20 } });
  await page.locator("figcaption").getByText(/: 61$/).waitFor();
});

test("a server that cannot be reached is named, and tried again", async () => {
  await signIn("Admin");
  await page.route("**/api/lastpass/**", (request) => request.abort());
  await page.goto("/dashboard");
  await page.getByText("The server cannot be reached").waitFor();
  await checkLooks(page, "unreachable");
  await page.unroute("**/api/lastpass/**");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("table").waitFor();
});

test("stale data says that it is stale, not by a colour alone", async () => {
  await changeReplies(page, "security-report", (report) => ({
    ...report,
    meta: { ...report.meta, stale: true },
  }));
  await signIn("Manager");
  await page.getByText("Demo data, stale").waitFor();
});

test("a list of users is empty for want of users, or of matches", async () => {
  await changeReplies(page, "users", (reply) => ({
    ...reply,
    users: [],
    total: 0,
    nextCursor: null,
  }));
  await signIn("Admin");
  await page.goto("/users");
  await page.getByText("No LastPass users yet").waitFor();
  await page.goto("/users?q=lee");
  await page.getByText("No user matches").waitFor();
});

test("a row leads to the user's details", async () => {
  await signIn("Admin");
  const [{ email }] = (await api("security-report?limit=1&sort=-lastLogin")).users;
  await page.goto("/dashboard?sort=-lastLogin");
  await page.getByRole("link", { name: email }).click();
  await page.waitForURL((url) => url.searchParams.get("email") === email);
  const { user } = await api(`users?${new URLSearchParams({ email })}`);
  await page.getByRole("heading", { name: user.name ?? email }).waitFor();
  for (const group of user.groups) {
    await page.getByText(group, { exact: true }).first().waitFor();
  }
});

test("an ended session leads to the sign-in page and back", async () => {
  await signIn("Admin");
  await page.getByRole("table").waitFor();
  await context.clearCookies();
  await page.getByLabel("Status").selectOption("disabled");
  await page.waitForURL("**/sign-in?next=**");
  await page.getByRole("button", { name: "Admin", exact: true }).click();
  await page.waitForURL("**/dashboard?status=disabled");
});

// The change record, compared with the API's own replies.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, afterEach, before, test } from "node:test";

import { assertHarmless, changeReplies, checkLooks, hostileNames, openPage } from "./page.mjs";
import { closeContext, startBrowser, startSite } from "./site.mjs";

let site, browser, opened, leaver;

before(async () => {
  [site, browser] = await Promise.all([startSite(), startBrowser()]);
  const { context, api } = await openPage(browser, site, "admin");
  [{ email: leaver }] = (await api("users?status=active&q=li&limit=1")).users;
  await post(context, "users", { email: leaver, action: "deactivate" });
  await post(context, "users", { email: leaver, action: "restore" });
  await closeContext(context);
  const provisioner = await openPage(browser, site, "provisioner");
  await post(provisioner.context, "provision-user", {
    firstName: "Nora",
    lastName: "O'New",
    email: "nora.onew@example.com",
    department: "Engineering",
    manager: "Ann Lee",
    startDate: "2026-12-01",
  });
  await closeContext(provisioner.context);
});

after(async () => {
  await browser?.close();
  site?.stop();
});

afterEach(() => closeContext(opened?.context));

async function post(context, route, data) {
  const headers = { "Sec-Fetch-Site": "same-origin" };
  const response = await context.request.post(`/api/lastpass/${route}`, { data, headers });
  assert.ok(response.ok(), await response.text());
}

async function open(role, path = "/actions", options) {
  opened = await openPage(browser, site, role, options);
  await opened.page.goto(path);
  return opened;
}

const rows = (page) => page.getByRole("list", { name: "Actions" }).locator("> li");

test("each row is an action of the API, newest first", async () => {
  const { page, api, errors } = await open("admin");
  const { actions, total } = await api("actions?limit=25");
  await page.getByText(`1–${actions.length} of ${total}`).waitFor();
  const texts = await rows(page).locator("> details > summary").allTextContents();
  assert.equal(texts.length, actions.length);
  for (const [index, { email, actor }] of actions.entries()) {
    assert.ok(texts[index].includes(`by ${actor}`) && texts[index].includes(email ?? ""));
  }
  assert.deepEqual(errors, []);
});

test("the proof says in words what the API has verified", async () => {
  const { page, api } = await open("auditor");
  const { chain } = await api("actions?verify=true&limit=1");
  await page.getByText(`${chain.count} rows, intact`).waitFor();
  await page.getByText(`Head ${chain.head}`).waitFor();
  await page.getByText("so there may be more rows than actions").waitFor();
  const [reply] = await Promise.all([
    page.waitForResponse((response) => response.url().includes("verify=true")),
    page.getByRole("button", { name: "Verify again" }).click(),
  ]);
  assert.ok(reply.ok());
});

test("a record that was altered says where", async () => {
  const { page } = await open("admin", "/sign-in");
  await changeReplies(page, "actions", (reply) => ({
    ...reply,
    chain: { ok: false, count: 9, head: "abc", firstBad: 4, firstBadAction: "some-action" },
  }));
  await page.goto("/actions");
  await page.getByText("9 rows, not intact: row 4 was changed").waitFor();
  await page.getByText("some-action").waitFor();
});

test("before the first change no proof is shown, and one sentence says why", async () => {
  const empty = await startSite();
  try {
    const { page } = (opened = await openPage(browser, empty, "admin"));
    await page.goto("/actions");
    await page.getByText("The database has no tables yet").waitFor();
    await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
    assert.equal(
      await page
        .locator("main")
        .getByText(/intact|recorded yet/)
        .count(),
      0,
    );
    assert.equal(await page.getByRole("button", { name: "Verify again" }).count(), 0);
  } finally {
    empty.stop();
  }
});

test("a record without rows is not called intact", async () => {
  const { page } = await open("admin", "/sign-in");
  await changeReplies(page, "actions", (reply) => ({
    ...reply,
    actions: [],
    total: 0,
    chain: { ok: true, count: 0, head: null, firstBad: null, firstBadAction: null },
  }));
  await page.goto("/actions");
  await page.getByText("No rows: there is nothing to verify yet.").waitFor();
  await page.getByText("Nothing is recorded yet").waitFor();
  assert.equal(await page.getByText("intact").count(), 0);
});

test("a row opens to its steps, the details and the impact", async () => {
  const { page, api } = await open("admin");
  const { actions } = await api("actions");
  await page.getByText(`of ${actions.length}`).waitFor();
  const provisioned = actions.findIndex(({ action }) => action === "provision");
  await rows(page).nth(provisioned).locator("summary").first().click();
  const row = rows(page).nth(provisioned);
  await row.getByText("Nora O'New").waitFor();
  await row.getByText("Ann Lee").waitFor();
  await row.getByText("Start date").waitFor();
  await row.getByText("Dec 1, 2026").waitFor();
  const steps = row.getByRole("list", { name: "Steps" }).getByRole("listitem");
  assert.equal(await steps.count(), actions[provisioned].steps.length);

  const left = actions.findIndex(({ action }) => action === "deactivate");
  await rows(page).nth(left).locator("summary").first().click();
  const { impact } = actions[left];
  const figures = await rows(page).nth(left).locator("dl dd.text-2xl").allTextContents();
  assert.deepEqual(
    figures,
    [impact.passwordsToRotate, impact.folders.length, impact.orphanedFolders.length].map(String),
  );
  await rows(page).nth(left).getByRole("link", { name: "Rotation list" }).click();
  await page.waitForURL((url) => url.pathname === "/offboarding");
});

test("filters act on the server, are in the link, and can be cleared", async () => {
  const { page, api } = await open("admin");
  await page.getByLabel("Affected user").fill(leaver);
  await page.keyboard.press("Enter");
  await page.getByLabel("What").selectOption("restore");
  const { total } = await api(`actions?action=restore&email=${leaver}`);
  await page.getByText(`1–${total} of ${total}`).waitFor();
  await page.waitForURL(
    ({ searchParams }) => `${[...searchParams].sort()}` === `action,restore,email,${leaver}`,
  );
  await page.getByLabel("Outcome").selectOption("failed");
  await page.getByText("No recorded action matches these filters").waitFor();
  await page.getByRole("button", { name: "Clear filters" }).last().click();
  await page.getByText(`of ${(await api("actions?limit=1")).total}`).waitFor();
});

test("a day is one of the browser's zone, and its end is included", async () => {
  const { page, api } = await open("admin", "/actions", { timezoneId: "Pacific/Auckland" });
  const [{ at }] = (await api("actions?limit=1")).actions;
  const day = new Date(at).toLocaleDateString("sv-SE", { timeZone: "Pacific/Auckland" });
  await page.getByLabel("From").fill(day);
  await page.getByLabel("To", { exact: true }).fill(day);
  await page.waitForURL(`**/actions?from=${day}&to=${day}`);
  await page.getByText(/^1–\d+ of \d+$/).waitFor();
  await page.getByLabel("To", { exact: true }).fill("2026-01-01");
  await page.getByLabel("From").fill("2026-01-01");
  await page.getByText("No recorded action matches these filters").waitFor();
});

test("the CSV has every action that matches, and is itself recorded", async () => {
  const { page, api } = await open("auditor", "/actions?action=restore");
  const { total } = await api("actions?action=restore&limit=1");
  await page.getByText(`of ${total}`).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export CSV" }).click(),
  ]);
  const lines = (await readFile(await download.path(), "utf8")).trim().split("\r\n");
  assert.equal(lines.length, total + 1);
  await page.goto("/actions?action=export");
  await page.getByText("actions as csv").waitFor();
});

test("a provisioner sees own changes, without the proof of the whole", async () => {
  const { page, api } = await open("provisioner");
  const { total } = await api("actions");
  await page.getByText(`1–${total} of ${total}`).waitFor();
  assert.equal(await page.getByText("Head").count(), 0);
  assert.equal(await page.getByLabel("Changed by").count(), 0);
  assert.equal(await page.getByText("by demo-admin").count(), 0);
});

test("a manager sees that the page is for others", async () => {
  const { page } = await open("manager");
  await page.getByText("Not available for your role").waitFor();
});

test("hostile names are text", async () => {
  const { page, errors } = await open("admin", "/sign-in");
  await changeReplies(page, "actions", (reply) => ({
    ...reply,
    actions: hostileNames.map((name, index) => ({
      ...reply.actions[0],
      id: String(index),
      actor: name,
      email: name,
      details: { name, department: name, manager: name, startDate: name },
      steps: [{ step: "addToGroup", group: name, state: "confirmed", at: null }],
      impact: {
        groups: [name],
        folders: [
          {
            id: "1",
            name,
            rights: "write",
            passwordsVisible: true,
            onlyAdministrator: true,
            sites: [name],
          },
        ],
        orphanedFolders: ["1"],
        passwordsToRotate: 1,
      },
    })),
  }));
  await page.goto("/actions");
  await rows(page).first().waitFor();
  for (const [index, name] of hostileNames.entries()) {
    await rows(page).nth(index).locator("summary").first().click();
    await rows(page).nth(index).getByText(name).first().waitFor();
  }
  await checkLooks(page, "actions-hostile");
  await assertHarmless(page);
  assert.deepEqual(errors, []);
});

for (const colorScheme of ["light", "dark"]) {
  test(`the record looks right in ${colorScheme}`, async () => {
    const { page, errors } = await open("admin", "/actions", { colorScheme });
    await rows(page).first().waitFor();
    await page.getByText("intact").first().waitFor();
    await rows(page).last().locator("summary").first().click();
    await rows(page).nth(-2).locator("summary").first().click();
    await checkLooks(page, `actions-${colorScheme}`);
    assert.deepEqual(errors, []);
  });
}

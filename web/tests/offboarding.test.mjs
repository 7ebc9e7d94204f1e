// A leaver's way out, from the search to the ticked-off rotation list, compared with the API's own replies.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";

import { assertHarmless, changeReplies, checkLooks, hostileNames, openPage } from "./page.mjs";
import { closeContext, startBrowser, startSite } from "./site.mjs";

let site, browser, opened;

before(async () => {
  // The first deactivation gets no reply and takes effect later.
  const options = ["--late", "disableuser"];
  const env = { OFFBOARDING_LIMIT: "1000" };
  [site, browser] = await Promise.all([startSite({ options, env }), startBrowser()]);
});

after(async () => {
  await browser?.close();
  site?.stop();
});

afterEach(() => closeContext(opened?.context));

const pageOf = (email) => `/offboarding?${new URLSearchParams({ email })}`;

async function open(role, path = "/offboarding", options) {
  opened = await openPage(browser, site, role, options);
  await opened.page.goto(path);
  return opened;
}

async function post(context, data) {
  const headers = { "Sec-Fetch-Site": "same-origin" };
  return context.request.post("/api/lastpass/users", { data, headers });
}

async function dryRun(context, email, action = "deactivate") {
  return (await post(context, { email, action, dryRun: true })).json();
}

/** Active people who can open a shared folder, no admins of LastPass, one more for each call. */
const taken = new Set();
async function leaver(context, api) {
  const { folders } = await api("shared-folders");
  for (const { id } of folders.toSorted((a, b) => b.users - a.users)) {
    const { folder } = await api(`shared-folders?id=${id}`);
    for (const { email, status, passwordsVisible, canAdminister } of folder.people) {
      if (status === "active" && passwordsVisible && !canAdminister && !taken.has(email)) {
        taken.add(email);
        return { email, ...(await dryRun(context, email)) };
      }
    }
  }
  throw new Error("everyone has left");
}

test("a leaver is off-boarded through an unknown outcome that ends well, and every page shows it", async () => {
  const { page, context, api, errors } = await open("admin");
  const { email, impact } = await leaver(context, api);
  const { user } = await api(`users?${new URLSearchParams({ email })}`);
  await page.getByRole("searchbox").fill(email);
  await page.getByRole("link", { name: email }).click();
  await page.getByRole("heading", { name: `Off-board ${user.name}` }).waitFor();

  // Before anything is sent.
  await page.getByRole("list", { name: "Folders" }).waitFor();
  const figures = await page.locator("form dl dd").allTextContents();
  assert.deepEqual(
    figures,
    [impact.passwordsToRotate, impact.folders.length, impact.orphanedFolders.length].map(String),
  );
  assert.equal((await api(`actions?${new URLSearchParams({ email })}`)).total, 0);

  const keys = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && !request.postData()?.includes("dryRun")) {
      keys.push(request.headers()["idempotency-key"]);
    }
  });
  await page.getByRole("button", { name: "Deactivate the account" }).click();
  await page.getByText("It is not known yet whether this was done").waitFor({ timeout: 60_000 });
  assert.equal(await page.getByRole("button", { name: "Deactivate the account" }).count(), 0);
  await checkLooks(page, "offboarding-unknown");
  await page.waitForFunction(
    () => {
      const buttons = [...document.querySelectorAll("button:not([disabled])")];
      buttons.find((button) => button.textContent === "Check again")?.click();
      return document.body.textContent.includes("Recorded as");
    },
    undefined,
    { polling: 1000, timeout: 60_000 },
  );
  assert.ok(keys.length >= 2);
  assert.equal(new Set(keys).size, 1);

  const { actions } = await api(`actions?${new URLSearchParams({ email })}`);
  assert.equal(actions.length, 1);
  assert.equal(actions[0].outcome, "confirmed");
  await page.getByText(`Recorded as ${actions[0].id}`).waitFor();
  await page.getByText("This account is disabled").waitFor();
  await page.getByText(`0 of ${impact.passwordsToRotate} ticked`).waitFor();

  await page.getByRole("link", { name: "Change record" }).click();
  await page.getByRole("list", { name: "Actions" }).getByText(email).first().waitFor();
  await page.getByRole("link", { name: "Shared folders", exact: true }).click();
  const { total } = await api("shared-folders?holders=disabled");
  await page.getByRole("link", { name: `Open to disabled accounts ${total}` }).waitFor();
  await page.goto(`/dashboard?${new URLSearchParams({ status: "disabled", q: email })}`);
  await page.getByRole("table").getByRole("link", { name: email }).waitFor();
  assert.deepEqual(errors, []);
});

test("the rotation list is ticked off, kept in the browser, printed and saved", async () => {
  const { page, context, api, errors } = await open("admin");
  const { email, impact } = await leaver(context, api);
  assert.ok((await post(context, { email, action: "deactivate" })).ok());
  await page.goto(pageOf(email));
  const all = impact.passwordsToRotate;
  await page.getByText(`0 of ${all} ticked`).waitFor();
  await page.getByText("kept in this browser only").waitFor();
  const [first] = impact.folders.filter((folder) => folder.passwordsVisible);
  const section = page.getByRole("region", { name: first.name });
  await section.getByRole("checkbox", { name: first.sites[0], exact: true }).click();
  await page.getByText(`1 of ${all} ticked`).waitFor();
  await page.reload();
  await page.getByText(`1 of ${all} ticked`).waitFor();
  const stored = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  assert.ok(!stored.includes(first.sites[0]) && !stored.includes(email));

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download" }).click(),
  ]);
  const lines = (await readFile(await download.path(), "utf8")).trim().split("\r\n");
  assert.equal(lines.length, all + 1);
  assert.equal(lines[1], `"${first.name}","${first.sites[0]}","yes"`);

  await page.emulateMedia({ media: "print" });
  await page.setViewportSize({ width: 794, height: 1123 });
  const path = join(import.meta.dirname, "screenshots/offboarding-print");
  await page.getByText("ticked").waitFor();
  await page.screenshot({ path: `${path}.png`, fullPage: true });
  await page.pdf({ path: `${path}.pdf`, preferCSSPageSize: true });
  await page.getByRole("heading", { name: "Passwords to change" }).waitFor();
  for (const button of await page.getByRole("button").all()) {
    assert.equal(await button.isVisible(), false);
  }
  assert.deepEqual(errors, []);
});

test("a deactivated account is restored, and its rotation list goes", async () => {
  const { page, context, api } = await open("admin");
  const { email } = await leaver(context, api);
  assert.ok((await post(context, { email, action: "deactivate" })).ok());
  await page.goto(pageOf(email));
  await page.getByRole("heading", { name: "Passwords to change" }).waitFor();
  await page.getByRole("button", { name: "Restore" }).click();
  await page.getByText("Recorded as").waitFor();
  await page.getByRole("button", { name: "Deactivate the account" }).waitFor();
  await page.getByRole("heading", { name: "Passwords to change" }).waitFor({ state: "detached" });
  assert.equal((await api(`users?${new URLSearchParams({ email })}`)).user.status, "active");
});

for (const [action, label, button] of [
  ["remove", "Remove from the company", "Remove from the company"],
  ["delete", "Delete", "Delete the account for good"],
]) {
  test(`to ${action} an account its address is typed`, async () => {
    const { page, context, api, errors } = await open("admin");
    const { email, impact } = await leaver(context, api);
    await page.goto(pageOf(email));
    await page.getByRole("radio", { name: label, exact: true }).check();
    const field = page.getByLabel(`Type ${email} to confirm`);
    await field.fill("someone.else@example.com");
    await page.getByRole("button", { name: button }).click();
    await page.getByText("This is not the address of the account.").waitFor();
    assert.equal((await api(`actions?${new URLSearchParams({ email })}`)).total, 0);
    await field.fill(email);
    await page.getByRole("button", { name: button }).click();
    await page.getByText("Recorded as").waitFor({ timeout: 60_000 });
    await page.getByText(`0 of ${impact.passwordsToRotate} ticked`).waitFor();
    await page.getByText("LastPass no longer has this account.").waitFor();
    await page.locator("form").waitFor({ state: "detached" });
    const reply = await context.request.get(
      `/api/lastpass/users?${new URLSearchParams({ email })}`,
    );
    assert.equal(reply.status(), 404);
    assert.deepEqual(errors, []);
  });
}

test("folders that would be left without an administrator are named and accepted", async () => {
  const { page, api } = await open("admin");
  const { folders } = await api("shared-folders");
  let orphaning;
  for (const { id } of folders) {
    const { folder } = await api(`shared-folders?id=${id}`);
    const active = folder.people.filter((p) => p.canAdminister && p.status === "active");
    if (active.length === 1 && !active[0].superAdmin) {
      orphaning = { email: active[0].email, name: folder.name };
    }
  }
  const { email, name } = orphaning;
  await page.goto(pageOf(email));
  await page.getByText("These would have no active administrator").waitFor();
  await page.locator("form").getByText(name, { exact: true }).first().waitFor();
  await page.getByText("No administrator left").waitFor();
  const button = page.getByRole("button", { name: "Deactivate the account" });
  assert.equal(await button.isDisabled(), true);
  await checkLooks(page, "offboarding-orphans");
  await page.getByRole("checkbox", { name: "Leave them without an administrator" }).click();
  await button.click();
  await page.getByText("Recorded as").waitFor();
  await page.getByRole("link", { name: "Shared folders", exact: true }).click();
  const { total } = await api("shared-folders?withoutAdministrator=true");
  await page.getByRole("link", { name: `Without administrator ${total}` }).waitFor();
});

test("the last admin is refused before anything is sent", async () => {
  const { page } = await open("admin", "/sign-in");
  const detail = "This is the last active admin of LastPass.";
  const problem = { status: 409, code: "last-admin", detail, errors: [], requestId: "r1" };
  const { api, context } = opened;
  const { email } = await leaver(context, api);
  await page.route("**/api/lastpass/users", (route) =>
    route.request().method() === "POST"
      ? route.fulfill({
          status: 409,
          contentType: "application/problem+json",
          body: JSON.stringify(problem),
        })
      : route.continue(),
  );
  await page.goto(pageOf(email));
  await page.getByText(detail).waitFor();
  const button = page.getByRole("button", { name: "Deactivate the account" });
  assert.equal(await button.isDisabled(), true);
});

test("someone who is only invited has the invitation withdrawn", async () => {
  const { page, api } = await open("admin");
  const [{ email }] = (await api("users?status=invited&limit=1")).users;
  await page.goto(pageOf(email));
  await page.getByRole("button", { name: "Withdraw the invitation" }).click();
  await page.getByText("Recorded as").waitFor({ timeout: 60_000 });
  assert.equal((await api(`users?${new URLSearchParams({ q: email })}`)).total, 0);
});

test("an unknown address is said to be one", async () => {
  const { page } = await open("admin", pageOf("nobody@example.com"));
  await page.getByText("unknown-user").waitFor();
});

for (const role of ["manager", "auditor", "provisioner"]) {
  test(`a ${role} sees that the page is for others`, async () => {
    const { page } = await open(role);
    await page.getByText("Not available for your role").waitFor();
    assert.equal(await page.getByRole("link", { name: "Off-boarding" }).count(), 0);
  });
}

test("hostile names are text, in the page and in the file", async () => {
  const { page, context, api, errors } = await open("admin");
  const { email } = await leaver(context, api);
  assert.ok((await post(context, { email, action: "deactivate" })).ok());
  const impact = {
    groups: hostileNames,
    folders: hostileNames.map((name, index) => ({
      id: String(index),
      name,
      rights: "administer",
      passwordsVisible: true,
      onlyAdministrator: true,
      sites: [name],
    })),
    orphanedFolders: hostileNames.map((_, index) => String(index)),
    passwordsToRotate: hostileNames.length,
  };
  await changeReplies(page, "actions", (reply) => ({
    ...reply,
    actions: reply.actions.map((action) => ({ ...action, impact })),
  }));
  await changeReplies(page, "users", (reply) =>
    reply.impact
      ? { ...reply, impact }
      : { ...reply, user: { ...reply.user, name: hostileNames[0] } },
  );
  await page.goto(pageOf(email));
  await page.getByText("0 of 5 ticked").waitFor();
  await page.getByRole("button", { name: "Remove or delete the account" }).click();
  await page.getByText("These would have no active administrator").waitFor();
  for (const name of hostileNames) {
    await page.getByRole("checkbox", { name, exact: true }).waitFor();
  }
  await checkLooks(page, "offboarding-hostile");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download" }).click(),
  ]);
  const file = await readFile(await download.path(), "utf8");
  assert.match(file, /^"'=HYPERLINK/m);
  await assertHarmless(page);
  assert.deepEqual(errors, []);
});

for (const colorScheme of ["light", "dark"]) {
  test(`search, form and receipt look right in ${colorScheme}`, async () => {
    const { page, context, api, errors } = await open("admin", "/offboarding", { colorScheme });
    await page.getByText("1–25 of").waitFor();
    await checkLooks(page, `offboarding-search-${colorScheme}`);
    const { email } = await leaver(context, api);
    await page.goto(pageOf(email));
    await page.getByRole("list", { name: "Folders" }).waitFor();
    await page.getByRole("radio", { name: "Delete", exact: true }).check();
    await page.getByRole("list", { name: "Folders" }).waitFor();
    await checkLooks(page, `offboarding-form-${colorScheme}`);
    await page.getByRole("radio", { name: "Deactivate", exact: true }).check();
    await page.getByRole("button", { name: "Deactivate the account" }).click();
    await page.getByText("Recorded as").waitFor({ timeout: 60_000 });
    await page.getByText("ticked").waitFor();
    await page.getByRole("checkbox").first().click();
    await checkLooks(page, `offboarding-receipt-${colorScheme}`);
    assert.deepEqual(errors, []);
  });
}

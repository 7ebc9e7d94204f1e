// One person's details: what leads on from them, and people who have left. Compared with the API's own replies.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { changeReplies, checkLooks, openPage } from "./page.mjs";
import { closeContext, startBrowser, startSite } from "./site.mjs";

let site, browser, opened;

before(async () => {
  [site, browser] = await Promise.all([startSite(), startBrowser()]);
});

after(async () => {
  await browser?.close();
  site?.stop();
});

afterEach(() => closeContext(opened?.context));

async function open(role, path = "/users", options) {
  opened = await openPage(browser, site, role, options);
  await opened.page.goto(path);
  return opened;
}

const detailsOf = (email) => `/users?${new URLSearchParams({ email })}`;
const more = (page) => page.getByRole("navigation", { name: /^More about/ });

/** A person with events and a shared folder, in detail. */
async function someone(api) {
  const { users } = await api("users?status=active&limit=50");
  for (const { email } of users) {
    const { user } = await api(`users?${new URLSearchParams({ email })}`);
    if (user.name && user.events.length > 0 && user.folders.length > 0) {
      return user;
    }
  }
  throw new Error("no one has events and a folder");
}

test("the details lead to the pages that show more of the person", async () => {
  const { page, api, errors } = await open("admin");
  const { email, name } = await someone(api);
  const [{ total: events }, { total: folders }] = [
    await api(`audit-logs?${new URLSearchParams({ user: email, limit: 1 })}`),
    await api(`shared-folders?${new URLSearchParams({ user: email, limit: 1 })}`),
  ];
  for (const [label, url, text] of [
    ["Off-boarding", "/offboarding?email=", `Off-board ${name}`],
    ["Audit log", "/audit?user=", `${Math.min(events, 100)} of ${events} shown`],
    ["Shared folders", "/shared-folders?user=", `1–${folders} of ${folders}`],
    ["Change record", "/actions?email=", "so nothing is recorded"],
  ]) {
    await page.goto(detailsOf(email));
    await more(page).getByRole("link", { name: label }).click();
    await page.waitForURL(`**${url}${encodeURIComponent(email)}`);
    await page.getByText(text).first().waitFor();
  }
  assert.deepEqual(errors, []);
});

test("the history names a method as the figures do", async () => {
  const { page, api } = await open("admin", "/sign-in");
  const { email } = await someone(api);
  const at = "2026-11-01T08:00:00Z";
  await changeReplies(page, "users", ({ user, ...rest }) => ({
    ...rest,
    user: {
      ...user,
      mfa: "googleauth",
      history: [{ at, kind: "mfaEnabled", from: null, to: "googleauth" }],
    },
  }));
  await page.goto(detailsOf(email));
  await page.getByText("Multi-factor authentication turned on").waitFor();
  assert.equal(await page.getByText("Google Authenticator", { exact: true }).count(), 2);
});

test("a page that the role may not see is not linked", async () => {
  const { page, api } = await open("admin", "/sign-in");
  const { email } = await someone(api);
  await changeReplies(page, "session", (session) => ({
    ...session,
    may: session.may.filter((route) => !["GET audit-logs", "GET actions"].includes(route)),
  }));
  await page.goto(detailsOf(email));
  await more(page).getByRole("link", { name: "Off-boarding" }).waitFor();
  assert.deepEqual(await more(page).getByRole("link").allTextContents(), [
    "Shared folders",
    "Off-boarding",
  ]);
});

for (const role of ["manager", "auditor", "provisioner"]) {
  test(`a ${role} sees neither the person nor a link`, async () => {
    const { page } = await open(role, "/users?email=amina.diallo@example.com");
    await page.getByText("Not available for your role").waitFor();
    assert.equal(await page.locator("main").getByRole("link").count(), 0);
  });
}

test("someone who has left is found by id, as last seen", async () => {
  const { context, page, api, errors } = await open("admin", "/sign-in");
  const before = await someone(api);
  const headers = { "Sec-Fetch-Site": "same-origin" };
  const { id, email } = before;
  for (const [route, data] of [
    ["sync", undefined],
    ["users", { email, action: "delete", confirm: email, allowOrphans: true }],
    // The second reading in a row that lacks the account.
    ["sync", undefined],
    ["sync", undefined],
  ]) {
    const response = await context.request.post(`/api/lastpass/${route}`, { data, headers });
    assert.ok(response.ok(), await response.text());
  }
  await page.goto(`/users?q=${encodeURIComponent(email)}`);
  await page.getByText("No user matches").waitFor();
  await page.getByText("Someone who has left", { exact: true }).click();
  await page.getByLabel("LastPass id of someone who has left").fill(` ${id} `);
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/users?id=${id}`);
  await page.getByRole("heading", { name: before.name, level: 1 }).waitFor();
  const { user } = await api(`users?id=${id}`);
  const noticed = new Date(user.leftAt).toLocaleString("en-US", {
    dateStyle: "medium",
    timeStyle: "short",
  });
  await page.getByText(`sync noticed it on ${noticed}`).waitFor();
  assert.equal(user.history[0].kind, "left");
  const main = page.locator("main");
  assert.equal(await main.getByText("Active", { exact: true }).count(), 0);
  // Beside the name, and in the history.
  assert.equal(await main.getByText("Left", { exact: true }).count(), 2);
  assert.deepEqual(await more(page).getByRole("link").allTextContents(), [
    "Audit log",
    "Off-boarding",
    "Change record",
  ]);
  await checkLooks(page, "users-left");
  assert.deepEqual(errors, []);
});

test("an id or address that no one has is said to be so, with what to try", async () => {
  const { page } = await open("admin", "/users?id=no-such-id");
  await page.getByText("No user has this id").waitFor();
  await page.goto("/users?email=nobody@example.com");
  await page.getByText("LastPass lists no user with this address").waitFor();
  const [request] = await Promise.all([
    page.waitForRequest("**/api/lastpass/users?*fresh=true"),
    page.getByRole("button", { name: "Read LastPass again" }).click(),
  ]);
  assert.equal(new URL(request.url()).searchParams.get("email"), "nobody@example.com");
  await page.getByText("LastPass lists no user with this address").waitFor();
  // What is known of someone who has left with it.
  assert.deepEqual(await more(page).getByRole("link").allTextContents(), [
    "Audit log",
    "Off-boarding",
    "Change record",
  ]);
  await page.getByLabel("LastPass id of someone who has left").waitFor();
});

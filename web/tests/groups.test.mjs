// Groups and their members, compared with the API's own replies.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { assertHarmless, changeReplies, checkLooks, hostileNames, openPage } from "./page.mjs";
import { closeContext, startBrowser, startSite } from "./site.mjs";

const hostile = [
  `<img src=x onerror="document.title='harmed'">`,
  '=HYPERLINK("http://example.com")',
  "مجموعة",
  `Long-${"x".repeat(120)}`,
  "O'Brien's team",
];

let site, browser, context, page, errors;

before(async () => {
  [site, browser] = await Promise.all([
    startSite({
      options: ["--late", "batchchangegrp"],
      env: { KNOWN_GROUPS: hostile.join(",") },
    }),
    startBrowser(),
  ]);
});

after(async () => {
  await browser?.close();
  site?.stop();
});

beforeEach(async () => {
  ({ context, page, errors } = await openPage(browser, site));
});

afterEach(async () => {
  assert.deepEqual(errors, []);
  await closeContext(context);
});

async function open(path, role) {
  await context.request.post("/api/lastpass/session", {
    data: { key: `demo-${role}` },
    headers: { "Sec-Fetch-Site": "same-origin" },
  });
  await page.goto(path);
}

async function asAdmin(path) {
  const response = await fetch(`${site.url}/api/lastpass/${path}`, {
    headers: { Authorization: "Bearer demo-admin" },
  });
  assert.equal(response.status, 200, path);
  return response.json();
}

const inGroup = (group) => `/groups?${new URLSearchParams({ group })}`;
const members = () => page.getByRole("region", { name: "Members" });

/** The number of members in the group's facts. */
function memberCount() {
  return page.locator("dl div", { hasText: "Members" }).locator("dd").first();
}

async function someoneOutside(group) {
  const { users } = await asAdmin("users?status=active&limit=50");
  return users.find((user) => user.name && !user.groups.includes(group));
}

async function find(user) {
  await page.getByRole("searchbox", { name: "Search for a user to add" }).fill(user.email);
  return page.getByRole("button", { name: `Add ${user.name}` });
}

// First, since the server's first change of a group is the one whose reply is lost.
test("a member is added although LastPass's reply was lost, and the lists show it", async () => {
  const name = "Compliance";
  const user = await someoneOutside(name);
  await open("/groups", "admin");
  await page.getByRole("link", { name, exact: true }).click();
  const before = (await asAdmin(`users?group=${name}&limit=1`)).total;
  await page.getByText(`of ${before}`).waitFor();
  const keys = [];
  page.on("request", (request) => {
    if (request.method() === "POST") {
      keys.push(request.headers()["idempotency-key"]);
    }
  });
  await (await find(user)).click();
  await page.getByText("It is not known yet whether this was done").waitFor();
  await checkLooks(page, "groups-unknown");
  const receipt = page.getByRole("heading", { name: "User added to Compliance." });
  while (!(await receipt.isVisible())) {
    const again = page.getByRole("button", { name: "Check again" });
    await Promise.all([page.waitForResponse("**/api/lastpass/groups"), again.click()]);
    await receipt.or(page.locator("button:enabled", { hasText: "Check again" })).waitFor();
  }
  assert.equal(new Set(keys).size, 1);
  await checkLooks(page, "groups-added");
  await page.getByText(`of ${before + 1}`).waitFor();
  assert.equal(await memberCount().textContent(), String(before + 1));
  assert.equal((await asAdmin(`users?group=${name}&limit=1`)).total, before + 1);
  assert.equal((await asAdmin(`actions?email=${user.email}&action=groups`)).total, 1);
  // And so do the pages that were read before.
  await page.getByRole("link", { name: "All groups" }).click();
  await page.getByRole("row", { name: `${name} ${before + 1}` }).waitFor();
});

test("a member is removed after one question, and can be kept", async () => {
  const name = "HR-Team";
  await open(inGroup(name), "admin");
  const { users, total } = await asAdmin(`users?group=${name}&limit=25`);
  const [first, second] = users;
  const row = members().getByRole("listitem").filter({ hasText: first.email });
  await row.getByRole("button", { name: `Remove ${first.name}` }).click();
  await row.getByRole("button", { name: "Keep" }).click();
  await row.getByRole("button", { name: `Remove ${first.name}` }).click();
  await row.getByRole("button", { name: "Yes, remove" }).click();
  await page.getByRole("heading", { name: `User removed from ${name}.` }).waitFor();
  await row.waitFor({ state: "detached" });
  await members().getByText(second.email, { exact: true }).waitFor();
  await page.getByText(`of ${total - 1}`).waitFor();
  await page.getByRole("button", { name: `Remove ${second.name}` }).waitFor();
});

test("the list is the API's, and a search narrows it", async () => {
  await open("/groups", "provisioner");
  const { groups, total } = await asAdmin("groups?limit=25");
  await page.getByText(`1–${groups.length} of ${total}`).waitFor();
  const rows = await page
    .locator("tbody tr")
    .evaluateAll((rows) =>
      rows.map((row) => [
        row.querySelector("a").textContent,
        ...[...row.cells]
          .slice(1)
          .map((cell) => cell.querySelector("[aria-hidden]")?.textContent ?? cell.textContent),
      ]),
    );
  assert.deepEqual(
    rows,
    groups.map(({ name, members, department, role }) => [
      name,
      members === null ? "–" : String(members),
      department ?? "–",
      role === null ? "–" : "Admin",
    ]),
  );
  await page.getByRole("searchbox", { name: "Search groups" }).fill("team");
  const found = await asAdmin("groups?q=team&limit=25");
  await page.getByText(`1–${found.total} of ${found.total}`).waitFor();
  await page.waitForURL(/q=team/);
});

test("a provisioner sees groups without members' names, and changes none", async () => {
  await open(inGroup("Legal-Team"), "provisioner");
  await page.getByText("Only admins see who is in a group, and change it.").waitFor();
  assert.equal(await page.getByRole("button", { name: /^(Add|Remove)/ }).count(), 0);
  assert.equal(await page.getByText("@example.com").count(), 0);
});

for (const role of ["auditor", "manager"]) {
  test(`${role}s have no groups in their navigation`, async () => {
    await open("/groups", role);
    await page.getByText("Not available for your role").waitFor();
    const nav = page.getByRole("navigation", { name: "Pages" });
    assert.equal(await nav.getByRole("link", { name: "Groups" }).count(), 0);
  });
}

test("someone who is a member already cannot be added again", async () => {
  const name = "Legal-Team";
  const [user] = (await asAdmin(`users?group=${name}&limit=1`)).users;
  await open(inGroup(name), "admin");
  await page.getByRole("searchbox", { name: "Search for a user to add" }).fill(user.email);
  const section = page.getByRole("region", { name: "Add a member" });
  await section.getByText("Member", { exact: true }).waitFor();
  assert.equal(await section.getByRole("button", { name: /^Add / }).count(), 0);
});

test("a refusal of the API is shown with its code and request", async () => {
  const user = await someoneOutside("Sales-Team");
  await open(inGroup("Sales-Team"), "admin");
  await page.route("**/api/lastpass/groups", (route) =>
    route.fulfill({
      status: 403,
      headers: { "content-type": "application/problem+json" },
      body: JSON.stringify({
        code: "changes-off",
        detail: "Changes are off here.",
        requestId: "request-1",
        errors: [],
      }),
    }),
  );
  await (await find(user)).click();
  await page.getByText("This was not done").waitFor();
  await page.getByText("Changes are off here.").waitFor();
  await page.getByText("changes-off · request request-1").waitFor();
  assert.equal(await page.getByRole("button", { name: "Check again" }).count(), 0);
});

test("a search that fails shows no groups of the search before it", async () => {
  await open("/groups", "admin");
  await page.getByRole("table", { name: "Groups" }).waitFor();
  await page.route("**/api/lastpass/groups?q=team*", (route) =>
    route.fulfill({
      status: 503,
      headers: { "content-type": "application/problem+json", "Retry-After": "600" },
      body: JSON.stringify({ code: "lastpass-busy", detail: "LastPass is busy.", errors: [] }),
    }),
  );
  await page.getByRole("searchbox", { name: "Search groups" }).fill("team");
  await page.getByText("LastPass is busy.").waitFor();
  assert.equal(await page.getByRole("table", { name: "Groups" }).count(), 0);
});

test("hostile names of groups are shown as they are", async () => {
  const { users } = await asAdmin("users?status=active&limit=5");
  for (const [index, name] of hostile.entries()) {
    const user = users[index];
    await open(inGroup(name), "admin");
    await page.getByRole("heading", { name, exact: true }).waitFor();
    await page
      .getByText("LastPass does not list a group without members", { exact: true })
      .waitFor();
    await (await find(user)).click();
    await page.getByRole("heading", { name: `User added to ${name}` }).waitFor();
    await page.getByText("1–1 of 1").waitFor();
    await checkLooks(page, "groups-hostile");
  }
  for (const path of ["/groups", "/provision"]) {
    await open(path, "admin");
    for (const name of hostile) {
      await page.getByText(name, { exact: true }).first().waitFor();
    }
    await checkLooks(page, "groups-hostile-list");
    await assertHarmless(page);
  }
});

test("hostile names of members are shown as they are", async () => {
  await changeReplies(page, "users", (reply) => ({
    ...reply,
    users: reply.users.map((user, index) => ({ ...user, name: hostileNames[index] ?? user.name })),
  }));
  await open(inGroup("Legal-Team"), "admin");
  for (const name of hostileNames) {
    await members().getByRole("link", { name, exact: true }).waitFor();
  }
  await page.getByRole("searchbox", { name: "Search for a user to add" }).fill("example.com");
  await page.getByRole("button", { name: /^Add / }).first().waitFor();
  await checkLooks(page, "groups-hostile-members");
  await assertHarmless(page);
});

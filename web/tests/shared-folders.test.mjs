// Shared folders, compared with the API's own replies.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, afterEach, before, test } from "node:test";

import { assertHarmless, changeReplies, checkLooks, hostileNames, openPage } from "./page.mjs";
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

async function open(role, path, options) {
  opened = await openPage(browser, site, role, options);
  await opened.page.goto(path);
  return opened;
}

const rows = (page, table) =>
  page.getByRole("table", { name: table }).locator("tbody tr").allTextContents();

test("each row has the API's figures", async () => {
  const { page, api, errors } = await open("admin", "/shared-folders");
  await page.getByRole("table", { name: "Shared folders" }).waitFor();
  const { folders } = await api("shared-folders?limit=25");
  assert.deepEqual(
    await rows(page, "Shared folders"),
    folders.map(
      ({ name, users, administrators, sites, score }) =>
        `${name}${users}${administrators || "None"}${sites}${score}`,
    ),
  );
  assert.deepEqual(errors, []);
});

test("each view has its number, and leads to its folders", async () => {
  const { page, api } = await open("auditor", "/shared-folders");
  for (const [label, query] of [
    ["Without administrator", "withoutAdministrator=true"],
    ["Open to disabled accounts", "holders=disabled"],
    ["Open to accounts never used", "holders=neverLoggedIn"],
    ["Deleted", "deleted=true"],
    ["All folders", ""],
  ]) {
    const { total, folders } = await api(`shared-folders?${query}`);
    await page.getByRole("link", { name: `${label} ${total}` }).click();
    await page.waitForURL(`**/shared-folders${query && "?"}${query}`);
    await page.getByText(`1–${total} of ${total}`).waitFor();
    await page.waitForFunction(
      (names) =>
        JSON.stringify([...document.querySelectorAll("tbody a")].map((a) => a.textContent)) ===
        JSON.stringify(names),
      folders.map(({ name }) => name),
    );
  }
});

test("an address finds what this person can open, with rights and ways", async () => {
  const { page, api } = await open("admin", "/shared-folders");
  const [{ id }] = (await api("shared-folders?holders=disabled")).folders;
  const { folder } = await api(`shared-folders?id=${id}`);
  const { email } = folder.people.find(({ status }) => status === "disabled");
  const field = page.getByLabel("What can this person open?");
  await field.fill(email.slice(0, 5));
  await page.locator(`datalist option[value="${email}"]`).waitFor({ state: "attached" });
  await field.fill(email);
  await page.waitForURL((url) => url.searchParams.get("user") === email);
  const { user } = await api(`users?${new URLSearchParams({ email })}`);
  await page.getByRole("heading", { name: `What ${user.name} can open` }).waitFor();
  await page.getByRole("columnheader", { name: "Rights" }).waitFor();
  const rights = { readOnly: "Reads only", write: "Edits", administer: "Administers" };
  assert.deepEqual(
    await rows(page, "Shared folders"),
    user.folders.map(
      (access) =>
        `${access.name}${rights[access.rights]}${access.passwordsVisible ? "Sees passwords" : "Passwords hidden"}${access.via === "direct" ? "Directly" : `Group ${access.via}`}`,
    ),
  );
});

test("a folder shows everyone who can open it, and finds the stale ones", async () => {
  const { page, api, errors } = await open("admin", "/shared-folders?holders=disabled");
  const [{ name, id }] = (await api("shared-folders?holders=disabled")).folders;
  await page.getByRole("link", { name, exact: true }).click();
  const { people } = (await api(`shared-folders?id=${id}`)).folder;
  await page.getByText(`${people.length} people`, { exact: true }).waitFor();
  const stale = people.filter(({ status }) => status !== "active");
  await page.getByRole("checkbox").click();
  await page.getByText(`${stale.length} of ${people.length} people`).waitFor();
  const emails = page.getByRole("table", { name: "People" }).locator("td:first-child a");
  assert.deepEqual(
    await emails.allTextContents(),
    stale.map(({ email }) => email),
  );
  await page.getByRole("button", { name: "All shared folders" }).click();
  await page.waitForURL("**/shared-folders?holders=disabled");
  assert.deepEqual(errors, []);
});

test("a search in a folder finds a person by a part of the address", async () => {
  const { page, api } = await open("admin", "/shared-folders");
  const [{ id }] = (await api("shared-folders")).folders;
  const { people } = (await api(`shared-folders?id=${id}`)).folder;
  await page.goto(`/shared-folders?id=${id}`);
  await page.getByRole("searchbox").fill(people[0].email.toUpperCase());
  await page.getByText(`1 of ${people.length} people`).waitFor();
});

test("the CSV has a row for each person whom the filters select", async () => {
  const { page, api } = await open("auditor", "/shared-folders?holders=disabled");
  await page.getByRole("table").waitFor();
  const { folders } = await api("shared-folders?holders=disabled");
  const details = await Promise.all(folders.map(({ id }) => api(`shared-folders?id=${id}`)));
  const holders = details.flatMap(({ folder }) =>
    folder.people.filter(({ status }) => status === "disabled"),
  );
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export CSV" }).click(),
  ]);
  const lines = (await readFile(await download.path(), "utf8")).trim().split("\n");
  assert.equal(lines.length, holders.length + 1);
});

test("a person without folders and an unknown address are two different answers", async () => {
  const { page, api } = await open("admin", "/shared-folders?user=nobody@example.com");
  await page.getByText("LastPass has no user nobody@example.com").waitFor();
  const { users } = await api("users?status=invited&limit=1");
  await page.goto(`/shared-folders?${new URLSearchParams({ user: users[0].email })}`);
  await page.getByText(`No shared folder is open to ${users[0].email}`).waitFor();
});

test("after an off-boarding elsewhere the list shows it", async () => {
  const { page, context, api } = await open("admin", "/shared-folders");
  const { total } = await api("shared-folders?holders=disabled");
  await page.getByRole("link", { name: `Open to disabled accounts ${total}` }).waitFor();
  const all = (await api("shared-folders")).folders;
  const details = await Promise.all(all.map(({ id }) => api(`shared-folders?id=${id}`)));
  const clean = details.find(({ folder }) => !folder.people.some((p) => p.status === "disabled"));
  const leaver = clean.folder.people.find((p) => p.status === "active" && !p.canAdminister);
  const reply = await context.request.post("/api/lastpass/users", {
    data: { email: leaver.email, action: "deactivate" },
    headers: { "Sec-Fetch-Site": "same-origin" },
  });
  assert.equal(reply.status(), 200);
  await page.reload();
  await page.getByRole("link", { name: `Open to disabled accounts ${total + 1}` }).waitFor();
});

for (const role of ["manager", "provisioner"]) {
  test(`a ${role} sees that the page is for others`, async () => {
    const { page } = await open(role, "/shared-folders");
    await page.getByText("Not available for your role").waitFor();
    assert.equal(await page.getByRole("link", { name: "Shared folders" }).count(), 0);
  });
}

test("an auditor sees people without links to their details", async () => {
  const { page, api } = await open("auditor", "/shared-folders");
  const [{ id }] = (await api("shared-folders")).folders;
  await page.goto(`/shared-folders?id=${id}`);
  await page.getByRole("table", { name: "People" }).waitFor();
  assert.equal(await page.locator("main td a").count(), 0);
});

test("a failed request can be repeated, and shows the same page again", async () => {
  const { page } = await open("admin", "/sign-in");
  const problem = { status: 503, detail: "LastPass is busy.", code: "lastpass-busy", errors: [] };
  let fail = true;
  await page.route("**/api/lastpass/shared-folders*", (route) =>
    fail
      ? route.fulfill({
          status: 503,
          contentType: "application/problem+json",
          headers: { "Retry-After": "600" },
          body: JSON.stringify(problem),
        })
      : route.continue(),
  );
  await page.goto("/shared-folders");
  await page.getByText("LastPass is busy.").waitFor();
  fail = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("table").waitFor();
});

test("hostile names are text", async () => {
  const { page, errors } = await open("admin", "/sign-in");
  await changeReplies(page, "shared-folders", (reply) => ({
    ...reply,
    folders: reply.folders?.map((folder, index) => ({ ...folder, name: hostileNames[index] })),
    folder: reply.folder && {
      ...reply.folder,
      name: hostileNames[0],
      people: hostileNames.map((name, index) => ({
        ...reply.folder.people[index],
        name,
        groups: [name],
        via: name,
        sites: [name],
      })),
    },
  }));
  await page.goto("/shared-folders");
  const links = page.getByRole("table").locator("tbody a");
  await links.first().waitFor();
  for (const [index, name] of (await links.allTextContents()).entries()) {
    assert.equal(name, hostileNames[index]);
  }
  await checkLooks(page, "shared-folders-hostile");
  await links.first().click();
  await page.getByRole("heading", { name: hostileNames[0] }).waitFor();
  await page.locator("summary").last().click();
  await checkLooks(page, "shared-folder-hostile");
  await assertHarmless(page);
  assert.deepEqual(errors, []);
});

for (const colorScheme of ["light", "dark"]) {
  test(`list, person and folder look right in ${colorScheme}`, async () => {
    const { page, api, errors } = await open("admin", "/shared-folders", { colorScheme });
    await page.getByText("1–").waitFor();
    await checkLooks(page, `shared-folders-${colorScheme}`);
    const [{ id }] = (await api("shared-folders?holders=disabled")).folders;
    const { people } = (await api(`shared-folders?id=${id}`)).folder;
    await page.goto(`/shared-folders?${new URLSearchParams({ user: people[0].email })}`);
    await page.getByRole("columnheader", { name: "Rights" }).waitFor();
    await checkLooks(page, `shared-folders-person-${colorScheme}`);
    await page.goto(`/shared-folders?id=${id}`);
    await page.getByRole("table", { name: "People" }).waitFor();
    await page.getByRole("checkbox").click();
    await page.getByText(`of ${people.length} people`).waitFor();
    await checkLooks(page, `shared-folder-${colorScheme}`);
    assert.deepEqual(errors, []);
  });
}

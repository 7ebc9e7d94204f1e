// A company of 100,000 users: the table shows its pages, and neither the table nor its requests ever hold all of them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { openPage } from "./page.mjs";
import { startBrowser, startSite } from "./site.mjs";

const PEOPLE = 100_000;
const PAGE_SIZE = 25;

let site, browser;

before(async () => {
  [site, browser] = await Promise.all([
    startSite({ options: ["--people", String(PEOPLE)] }),
    startBrowser(),
  ]);
});

after(async () => {
  await browser?.close();
  site?.stop();
});

test("pages lead through 100,000 users, and a link to the last page of a view shows it", async () => {
  const { context, page, errors, api } = await openPage(browser, site, "admin");
  // A debug build reads such a company for many seconds.
  context.setDefaultTimeout(300_000);
  const sizes = [];
  page.on("response", (response) => {
    if (response.url().includes("/security-report?")) {
      sizes.push(response.json().then(({ users }) => users.length));
    }
  });
  const rows = page.getByRole("table", { name: "Users" }).locator("tbody tr");
  async function assertRows(users) {
    await page.waitForFunction(
      (emails) =>
        JSON.stringify([...document.querySelectorAll("tbody a")].map((a) => a.textContent)) ===
        JSON.stringify(emails),
      users.map((user) => user.email),
    );
    assert.equal(await rows.count(), users.length);
  }

  await page.goto("/dashboard");
  let reply = await api(`security-report?limit=${PAGE_SIZE}`);
  assert.ok(reply.total >= PEOPLE, `${reply.total} users`);
  const total = new Intl.NumberFormat("en").format(reply.total);
  for (let first = 1; first <= 3 * PAGE_SIZE; first += PAGE_SIZE) {
    await page.getByText(`${first}–${first + PAGE_SIZE - 1} of ${total}`).waitFor();
    await assertRows(reply.users);
    await page.getByRole("button", { name: "Next" }).click();
    reply = await api(`security-report?limit=${PAGE_SIZE}&cursor=${reply.nextCursor}`);
  }
  await assertRows(reply.users);

  const filter = "status=neverLoggedIn";
  const last = await lastPage(api, filter);
  await page.goto(`/dashboard?${filter}&cursor=${last.cursor}`);
  await assertRows(last.users);
  const matching = new Intl.NumberFormat("en").format(last.total);
  await page.getByText(`${last.users.length} of ${matching}`).waitFor();
  assert.equal(await page.getByRole("button", { name: "Next" }).isDisabled(), true);

  assert.ok((await Promise.all(sizes)).every((size) => size <= PAGE_SIZE));
  assert.deepEqual(errors, []);
  await context.close();
});

/** The last page of the users that match, reached by the largest pages that the API has. */
async function lastPage(api, filter) {
  const { total } = await api(`security-report?limit=1&${filter}`);
  const rest = total % PAGE_SIZE || PAGE_SIZE;
  let [cursor, passed] = ["", 0];
  while (passed < total - rest) {
    const limit = Math.min(1000, total - rest - passed);
    const page = await api(`security-report?limit=${limit}&${filter}&cursor=${cursor}`);
    cursor = page.nextCursor;
    passed += page.users.length;
  }
  const page = await api(`security-report?limit=${PAGE_SIZE}&${filter}&cursor=${cursor}`);
  assert.deepEqual([page.users.length, page.nextCursor], [rest, null]);
  return { ...page, cursor };
}

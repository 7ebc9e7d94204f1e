// The palette: finds pages by role and people by the API, by keyboard alone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { assertHarmless, changeReplies, checkLooks, hostileNames, openPage } from "./page.mjs";
import { closeContext, startBrowser, startSite } from "./site.mjs";

let site, browser;

before(async () => {
  [site, browser] = await Promise.all([startSite(), startBrowser()]);
});

after(async () => {
  await browser?.close();
  site?.stop();
});

/** Runs a test with the palette open on a page of the role. */
function withPalette(name, { role, path }, run, options) {
  test(name, async () => {
    const { context, page, errors, api } = await openPage(browser, site, role, options);
    await page.goto(path);
    await page.getByRole("button", { name: "Find a page or a person" }).waitFor();
    await page.keyboard.press("Control+k");
    const field = page.getByRole("combobox");
    await field.waitFor();
    await run({ page, api, field, options: page.getByRole("option") });
    assert.deepEqual(errors, []);
    await closeContext(context);
  });
}

const admin = { role: "admin", path: "/users" };

withPalette("the keyboard finds a person", admin, async ({ page, api, field, options }) => {
  const { users, total } = await api("users?q=silva&limit=8");
  await page.keyboard.type("silva");
  await page.getByRole("status").getByText(`0 pages, ${total} `).waitFor();
  assert.deepEqual(
    await options.locator("bdi:first-child").allTextContents(),
    users.flatMap(({ name, email, status }) => [
      name ?? email,
      `${name ? `${email} · ` : ""}${{ active: "Active", invited: "Invited", neverLoggedIn: "Never logged in", disabled: "Disabled" }[status]}`,
    ]),
  );
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  const active = await field.getAttribute("aria-activedescendant");
  assert.equal(await options.first().getAttribute("id"), active);
  assert.equal(await options.first().getAttribute("aria-selected"), "true");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.searchParams.get("email") === users[0].email);
  await page.getByRole("dialog").waitFor({ state: "detached" });
});

withPalette("a page opens by its name, or by a click", admin, async ({ page, options }) => {
  await page.keyboard.type("audit");
  await options.getByText("Audit log").waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL("**/audit");
  await page.getByRole("button", { name: "Find a page or a person" }).click();
  await options.getByText("Organization").click();
  await page.waitForURL("**/organization");
});

withPalette("many matches lead to the whole list", admin, async ({ page, api, options }) => {
  const { total } = await api("users?q=example.com&limit=8");
  await page.keyboard.type("example.com");
  const all = options.getByText(`All ${total.toLocaleString("en-US")} people who match`);
  await all.waitFor();
  assert.equal(await options.count(), 9);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/users?q=example.com");
});

withPalette("Esc closes it, and what does not exist is not found", admin, async ({ page }) => {
  await page.keyboard.type("nobody-has-this-name");
  await page.getByText("No page and no person matches.").waitFor();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.equal(new URL(page.url()).pathname, "/users");
});

for (const [role, path] of [
  ["manager", "/organization"],
  ["auditor", "/audit"],
]) {
  withPalette(`${role}s find their pages and no people`, { role, path }, async (palette) => {
    const { page, options } = palette;
    const links = page.getByRole("navigation", { name: "Pages", includeHidden: true });
    assert.deepEqual(
      await options.allTextContents(),
      await links.getByRole("link", { includeHidden: true }).allTextContents(),
    );
    let requested = false;
    page.on("request", (request) => (requested ||= request.url().includes("/users")));
    await page.keyboard.type("silva");
    await page.getByText("No page matches.").waitFor();
    assert.equal(requested, false);
  });
}

withPalette("hostile names are shown as they are", admin, async ({ page, options }) => {
  await changeReplies(page, "users", (reply) => ({
    ...reply,
    users: reply.users.slice(0, 5).map((user, index) => ({ ...user, name: hostileNames[index] })),
  }));
  await page.keyboard.type("example");
  for (const name of hostileNames) {
    await options.getByText(name, { exact: true }).waitFor();
  }
  await assertHarmless(page);
  const { scrollWidth, clientWidth } = await page
    .getByRole("listbox")
    .evaluate(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }));
  assert.equal(scrollWidth, clientWidth);
});

for (const colorScheme of ["light", "dark"]) {
  const look = async ({ page, options }) => {
    await page.keyboard.type("sil");
    await options.nth(1).waitFor();
    await checkLooks(page, `palette-${colorScheme}`);
  };
  withPalette(`it is accessible in ${colorScheme}`, admin, look, { colorScheme });
}

// Every page for every role, in light and dark, narrow and wide: no error on the console, and no violation that axe finds.
// Writes screenshots to tests/screenshots.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { checkLooks, openPage } from "./page.mjs";
import { startBrowser, startSite } from "./site.mjs";

const schemes = ["light", "dark"];

let site, browser;

before(async () => {
  [site, browser] = await Promise.all([startSite(), startBrowser()]);
});

after(async () => {
  await browser?.close();
  site?.stop();
});

for (const [role, path, text] of [
  [undefined, "/sign-in", "Access key"],
  ["admin", "/dashboard", "Export CSV"],
  ["admin", "/dashboard?q=nobody-has-this-name", "No user matches these filters"],
  ["manager", "/dashboard", "Your role shows figures only"],
  ["provisioner", "/dashboard", "Not available for your role"],
  ["admin", "/organization", "Departments"],
  ["manager", "/organization", "Departments"],
  ["admin", "/users", "1–25 of"],
  ["admin", "/users?email=amina.diallo@example.com", "Shared folders"],
  ["admin", "/users?email=nobody@example.com", "LastPass lists no user with this address"],
  ["auditor", "/audit", "Load more"],
  ["admin", "/audit?user=nobody-has-this-name", "No event matches these filters"],
  ["manager", "/audit", "Not available for your role"],
  ["provisioner", "/provision", "Domain Admins"],
  ["auditor", "/provision", "Not available for your role"],
  ["admin", "/onboarding", "Domain Admins"],
  ["manager", "/onboarding", "Not available for your role"],
  ["admin", "/groups", "1–10 of"],
  ["provisioner", "/groups", "1–10 of"],
  ["auditor", "/groups", "Not available for your role"],
  ["admin", "/groups?q=nothing-has-this-name", "No group matches"],
  ["admin", "/groups?group=Legal-Team", "1–11 of"],
  ["provisioner", "/groups?group=Legal-Team", "Only admins see who is in a group"],
  ["admin", "/groups?group=No-Such-Group", "LastPass lists no such group"],
  [undefined, "/no-such-page", "There is no such page"],
]) {
  for (const colorScheme of schemes) {
    test(`${path} as ${role ?? "a stranger"} in ${colorScheme}`, async () => {
      const { context, page, errors } = await openPage(browser, site, role, { colorScheme });
      await page.goto(path);
      await page.getByText(text).first().waitFor();
      await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
      const name = `${path.replaceAll(/\W+/g, "-")}-${role ?? "stranger"}-${colorScheme}`;
      await checkLooks(page, name);
      assert.deepEqual(errors, []);
      await context.close();
    });
  }
}

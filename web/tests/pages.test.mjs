// Every page for every role, in light and dark, narrow and wide: no error on the console (a violation of the page's content
// policy is one), and nothing that axe objects to. Writes screenshots to tests/screenshots.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { startBrowser, startSite } from "./site.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const widths = [375, 1280];
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
  ["admin", "/users?email=nobody@example.com", "unknown-user"],
  [undefined, "/no-such-page", "There is no such page"],
]) {
  for (const colorScheme of schemes) {
    test(`${path} as ${role ?? "a stranger"} in ${colorScheme}`, async () => {
      const context = await browser.newContext({ baseURL: site.url, colorScheme });
      const page = await context.newPage();
      const errors = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      page.on("console", (message) => {
        // The browser reports each 4xx there too; the page shows it.
        if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
          errors.push(message.text());
        }
      });
      if (role) {
        await context.request.post("/api/lastpass/session", {
          data: { key: `demo-${role}` },
          headers: { "Sec-Fetch-Site": "same-origin" },
        });
      }
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 });
        await page.goto(path);
        await page.getByText(text).first().waitFor();
        await page.getByRole("status", { name: "Loading" }).waitFor({ state: "detached" });
        const name = `${path.replaceAll(/\W+/g, "-")}-${role ?? "stranger"}-${colorScheme}-${width}.png`;
        await page.screenshot({
          path: join(import.meta.dirname, "screenshots", name),
          fullPage: true,
        });
        const scrolls = await page.evaluate(
          () => document.documentElement.scrollWidth > innerWidth,
        );
        assert.equal(scrolls, false, `scrolls sideways at ${width} px`);
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => window.axe.run());
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`);
        assert.deepEqual(found, [], `axe at ${width} px`);
      }
      assert.deepEqual(errors, []);
      await context.close();
    });
  }
}

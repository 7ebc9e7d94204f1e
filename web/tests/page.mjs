// What the tests of pages share: a page with a session, what must hold for every page, and names that must do no harm.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const widths = [375, 1280];

/** Names that do harm where they are not treated as text, or that need room. */
export const hostileNames = [
  `<script>document.title = "harmed"</script><img src=x onerror="document.title='harmed'">`,
  `=HYPERLINK("http://elsewhere.example","click")`,
  "\u202Eevil\u2067 א مرحبا",
  `Very${"long".repeat(60)}`,
  'O\'Brien & "Sons" `x`',
];

/**
 * A page for a role, or for a stranger without one. `errors` has what the browser and the page complain about; a violation
 * of the page's content policy is such a complaint.
 */
export async function openPage(browser, site, role, options) {
  const context = await browser.newContext({ baseURL: site.url, ...options });
  // Tests run beside each other, on machines with other work.
  context.setDefaultTimeout(90_000);
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
  const api = async (path) => {
    const response = await context.request.get(`/api/lastpass/${path}`);
    assert.equal(response.status(), 200, path);
    return response.json();
  };
  return { context, page, errors, api };
}

/** Narrow and wide: nothing scrolls sideways, and axe objects to nothing. Writes screenshots to tests/screenshots. */
export async function checkLooks(page, name) {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    await page.screenshot({
      path: join(import.meta.dirname, "screenshots", `${name}-${width}.png`),
      fullPage: true,
    });
    const scrolls = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(scrolls, false, `scrolls sideways at ${width} px`);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run());
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`);
    assert.deepEqual(found, [], `axe at ${width} px`);
  }
}

/** Has the API's replies to a route pass through `change` on their way to the page. */
export async function changeReplies(page, route, change) {
  await page.route(`**/api/lastpass/${route}*`, async (intercepted) => {
    // The browser would add this header only after the interception.
    const headers = { ...intercepted.request().headers(), "sec-fetch-site": "same-origin" };
    const response = await intercepted.fetch({ headers });
    await intercepted.fulfill({ response, json: change(await response.json()) });
  });
}

export async function assertHarmless(page) {
  assert.doesNotMatch(await page.title(), /harmed/);
  assert.equal(await page.locator("main script, main img").count(), 0);
}

// The reference page at /docs: it lists every route of openapi.json, reaches no other host, and sends requests with the
// session of whoever is signed in. Writes screenshots to tests/screenshots.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { closeContext, startBrowser, startSite } from "./site.mjs";

const document = JSON.parse(
  await readFile(join(import.meta.dirname, "../../public/openapi.json"), "utf8"),
);
/** The summaries of all routes by method and path, as the page's fragments spell them. */
const routes = new Map(
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { summary }]) => [method.toUpperCase() + path, summary]),
  ),
);

let site, browser;

before(async () => {
  [site, browser] = await Promise.all([startSite(), startBrowser()]);
});

after(async () => {
  await browser?.close();
  site?.stop();
});

/** Opens the page where no other host can be reached; `problems` has what the browser and the page complain about. */
async function open(options) {
  const context = await browser.newContext({ baseURL: site.url, ...options });
  const problems = [];
  await context.route(
    (url) => url.origin !== site.url,
    (route) => {
      problems.push(`requested ${route.request().url()}`);
      return route.abort();
    },
  );
  const page = await context.newPage();
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) {
      problems.push(message.text());
    }
  });
  await page.goto("/docs");
  await page.getByRole("heading", { name: document.info.title }).waitFor();
  return { context, page, problems };
}

for (const colorScheme of ["light", "dark"]) {
  for (const width of [375, 1280]) {
    test(`every route is listed, in ${colorScheme} at ${width} px`, async () => {
      const viewport = { width, height: 900 };
      const { context, page, problems } = await open({ colorScheme, viewport });
      const links = page.locator("a[href*='/api/']", { hasText: "HTTP Method" });
      await links.last().waitFor({ state: "attached" });
      const listed = await links.evaluateAll((found) =>
        found.map(({ hash, textContent }) => [
          hash.replace(/^#tag\/[^/]+\//, ""),
          textContent.split("HTTP Method")[0].trim(),
        ]),
      );
      assert.deepEqual(new Map(listed), routes);
      const scrolls = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      assert.equal(scrolls, false, "scrolls sideways");
      await page.screenshot({
        path: join(import.meta.dirname, "screenshots", `docs-${colorScheme}-${width}.png`),
      });
      assert.deepEqual(problems, []);
      await closeContext(context);
    });
  }
}

test("a request that is tried has the session of the browser and no filter", async () => {
  const { context, page, problems } = await open();
  const signedIn = await context.request.post("/api/lastpass/session", {
    data: { key: "demo-admin" },
    headers: { "Sec-Fetch-Site": "same-origin" },
  });
  assert.equal(signedIn.status(), 200);
  const report = await context.request.get("/api/lastpass/security-report");
  const { total } = await report.json();

  const { summary } = document.paths["/api/lastpass/security-report"].get;
  await page.getByRole("link", { name: summary }).click();
  await page
    .getByRole("button", { name: /^Test Request/ })
    .first()
    .click();
  const reply = page.waitForResponse((response) => response.url().includes("/api/lastpass/"));
  await page.getByRole("button", { name: /^Send/ }).first().click();
  const tried = await reply;
  assert.equal(tried.status(), 200);
  assert.equal((await tried.json()).total, total);
  assert.deepEqual(problems, []);
  await closeContext(context);
});

test("the dashboard leads to it", async () => {
  const { context, page } = await open();
  await context.request.post("/api/lastpass/session", {
    data: { key: "demo-admin" },
    headers: { "Sec-Fetch-Site": "same-origin" },
  });
  await page.goto("/dashboard");
  await page.getByRole("link", { name: "API", exact: true }).click();
  await page.getByRole("heading", { name: document.info.title }).waitFor();
  await closeContext(context);
});

test("the page's own policy blocks requests and scripts from elsewhere", async () => {
  const { context, page } = await open();
  const blocked = await page.evaluate(async () => {
    const found = [];
    document.addEventListener("securitypolicyviolation", (event) =>
      found.push(event.effectiveDirective),
    );
    await fetch("https://elsewhere.example/").catch(() => {});
    const add = (name, attributes) => {
      const element = Object.assign(document.createElement(name), attributes);
      return new Promise((end) => {
        element.onerror = end;
        document.head.append(element);
      });
    };
    await add("script", { src: "https://elsewhere.example/script.js" });
    await add("link", { rel: "stylesheet", href: "https://elsewhere.example/style.css" });
    return found;
  });
  assert.deepEqual(blocked, ["connect-src", "script-src-elem", "style-src-elem"]);
  await closeContext(context);
});

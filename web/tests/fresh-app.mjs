// Adds one item after another to an app by shadcn's CLI, as a user would, until it has every page; checks the types, builds the
// app, uses the dashboard and opens the pages. The first argument is the folder of the app, which stays. It is create-next-app's,
// in which one page is also used alone; with `v0` as the second argument the app has the packages and components of an export from
// V0: Radix, recharts 2.15, an older lucide-react.
import assert from "node:assert/strict";
import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

import { startVendorServer } from "../scripts/vendor-server.mjs";
import { answers, freePort, startBrowser, startFunctions } from "./site.mjs";

const CREATE_NEXT_APP = "create-next-app@16.4.3";

const web = join(import.meta.dirname, "..");
const app = resolve(process.argv[2]);

const isV0 = process.argv[3] === "v0";

rmSync(app, { recursive: true, force: true });
mkdirSync(dirname(app), { recursive: true });
if (isV0) {
  copyV0App();
} else {
  create();
}
addRewrite();
const functions = await startFunctions();
try {
  const env = { ...process.env, LASTPASS_API_ORIGIN: functions.url };
  if (!isV0) {
    await addItems("audit-log");
    await withServer("dev", env, checkOnePage);
  }
  await addItems("security-dashboard", "preview");
  await addItems("dashboard");
  run("npx", "next", "build");
  // V0's configuration has the build ignore errors of types.
  run("npx", "tsc", "--noEmit");
  await withServer("start", env, checkAllPages);

  function run(program, ...parameters) {
    execFileSync(program, parameters, { cwd: app, stdio: "inherit", env });
  }
} finally {
  functions.stop();
}

function copyV0App() {
  cpSync(join(import.meta.dirname, "v0-app"), app, { recursive: true });
  // These stand on no primitives, and are the same in both sets.
  const shared = ["alert", "card", "input", "skeleton", "table"].map(
    (name) => `components/ui/${name}.tsx`,
  );
  for (const file of [...shared, "lib/utils.ts"]) {
    mkdirSync(dirname(join(app, file)), { recursive: true });
    copyFileSync(join(web, file), join(app, file));
  }
  execFileSync("npm", ["install", "--no-audit", "--no-fund"], { cwd: app, stdio: "inherit" });
}

function create() {
  const options = ["--yes", "--empty", "--use-npm", "--skip-install", "--disable-git"];
  execFileSync("npx", ["--yes", CREATE_NEXT_APP, basename(app), ...options], {
    cwd: dirname(app),
    stdio: "inherit",
  });
  // What `shadcn init` writes, which fetches the vendor's styles for it.
  copyFileSync(join(web, "app/globals.css"), join(app, "app/globals.css"));
  const components = {
    $schema: "https://ui.shadcn.com/schema.json",
    style: "new-york",
    rsc: true,
    tsx: true,
    tailwind: { config: "", css: "app/globals.css", baseColor: "neutral", cssVariables: true },
    iconLibrary: "lucide",
    aliases: {
      components: "@/components",
      utils: "@/lib/utils",
      ui: "@/components/ui",
      lib: "@/lib",
      hooks: "@/hooks",
    },
  };
  writeFileSync(join(app, "components.json"), JSON.stringify(components));
}

async function addItems(...names) {
  const items = names.map((name) => join(web, `../public/r/${name}.json`));
  const vendor = await startVendorServer();
  try {
    // Not synchronously: the registry that it requests is in this process.
    const adding = promisify(execFile)(
      join(web, "node_modules/.bin/shadcn"),
      ["add", ...items, "--yes", "--cwd", app],
      { env: { ...process.env, REGISTRY_URL: vendor.url }, timeout: 900_000 },
    );
    answerNo(adding.child);
    const { stdout } = await adding;
    console.log(stdout);
  } finally {
    vendor.close();
  }
}

/** For each component that the app has with another content, the CLI offers to overwrite it: it stays. */
function answerNo({ stdin, stdout, stderr }) {
  let text = "";
  let answered = 0;
  stdout.on("data", (chunk) => {
    text += chunk;
    // One at a time: it drops what is written before a question.
    for (const questions = text.split("(y/N)").length - 1; answered < questions; answered++) {
      stdin.write("n");
    }
  });
  // The files come last. After a question the CLI does not end while its input is an open pipe.
  let progress = "";
  stderr.on("data", (chunk) => {
    progress += chunk;
    if (/\d files?:/.test(progress)) {
      stdin.end();
    }
  });
}

/** What README, "Connect your V0 app", has the user add. */
function addRewrite() {
  const file = ["next.config.ts", "next.config.mjs"]
    .map((name) => join(app, name))
    .find((path) => existsSync(path));
  const text = readFileSync(file, "utf8");
  const [start] = text.match(/const nextConfig.* = \{/);
  const rewrites = `
  rewrites: async () => [
    { source: "/api/lastpass/:path*", destination: \`\${process.env.LASTPASS_API_ORIGIN}/api/lastpass/:path*\` },
  ],`;
  writeFileSync(file, text.replace(start, start + rewrites));
}

/** Runs `next dev` or `next start`, and checks a page of the browser, which may have no errors. */
async function withServer(command, env, check) {
  const port = await freePort();
  // Not by npx, which would leave the server behind when it is stopped.
  const next = join(app, "node_modules/next/dist/bin/next");
  const server = spawn(process.execPath, [next, command, "--port", String(port)], {
    cwd: app,
    env,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const browser = await startBrowser();
  try {
    const url = `http://localhost:${port}`;
    await answers(url);
    const page = await browser.newPage({ baseURL: url, viewport: { width: 1280, height: 900 } });
    // The development server compiles a page when it is opened.
    page.setDefaultTimeout(90_000);
    const errors = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    await check(page);
    assert.deepEqual(errors, []);
  } finally {
    await browser.close();
    const ended = once(server, "exit");
    server.kill();
    await ended;
  }
}

/** The item `audit-log` alone: its page is the start, and no link leads to another one. */
async function checkOnePage(page) {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Admin", exact: true }).click();
  await page.waitForURL("**/audit");
  assert.deepEqual(await linksOfNavigation(page), ["/audit"]);
  await page.keyboard.press("Control+k");
  const found = page.getByRole("dialog").getByRole("option");
  await found.first().waitFor();
  assert.deepEqual(await found.allTextContents(), ["Audit log"]);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Details" }).first().click();
  await page.getByText("As LastPass sent it").waitFor();
  const links = await hrefs(page.locator("a[href^='/']"));
  assert.deepEqual(links, ["/", "/audit"]);
  // create-next-app sets `cacheComponents`, with which Next.js keeps the sign-in page as it was left.
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Auditor", exact: true }).click();
  await page.getByRole("banner").getByText("Auditor").waitFor();
}

async function checkAllPages(page) {
  await page.goto("/dashboard?risk=high");
  await page.getByRole("button", { name: "Admin", exact: true }).click();
  await page.waitForURL("**/dashboard?risk=high");
  const report = await page.request.get("/api/lastpass/security-report?risk=high&limit=25");
  const { users, total } = await report.json();
  await page.getByText(`1–${users.length} of ${total}`).waitFor();
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("checkbox", { name: "Groups" }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("columnheader", { name: "Groups" }).waitFor();
  const screenshot = isV0 ? "v0-app.png" : "fresh-app.png";
  await page.screenshot({ path: join(import.meta.dirname, "screenshots", screenshot) });
  assert.deepEqual(
    await page.locator("tbody a").allTextContents(),
    users.map((user) => user.email),
  );
  const paths = await linksOfNavigation(page);
  assert.deepEqual(paths.toSorted(), pagesOf("dashboard"));
  for (const path of paths) {
    const response = await page.goto(path);
    assert.equal(response.status(), 200, path);
    await page.getByRole("heading", { level: 1 }).waitFor();
  }
}

/** The paths of an item's pages. */
function pagesOf(name) {
  const { files } = JSON.parse(readFileSync(join(web, `../public/r/${name}.json`), "utf8"));
  return files
    .flatMap(({ path }) => /\(lastpass\)(\/.+)\/page\.tsx$/.exec(path)?.[1] ?? [])
    .toSorted();
}

function linksOfNavigation(page) {
  return hrefs(page.getByRole("navigation", { name: "Pages" }).getByRole("link"));
}

function hrefs(links) {
  return links.evaluateAll((all) => all.map((link) => link.getAttribute("href")));
}

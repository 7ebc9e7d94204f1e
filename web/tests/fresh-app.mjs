// Adds the security dashboard and the preview to a fresh Next.js app by shadcn's CLI, as a user would, builds the app, types included, and
// looks at the page. Leaves the app in the folder given as the first argument.
import assert from "node:assert/strict";
import { execFile, execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

import { startVendorServer } from "../scripts/vendor-server.mjs";
import { answers, freePort, startBrowser, startFunctions } from "./site.mjs";

const CREATE_NEXT_APP = "create-next-app@16.4.3";

const web = join(import.meta.dirname, "..");
const app = resolve(process.argv[2]);

create();
await addItems("security-dashboard", "preview");
addRewrite();
const functions = await startFunctions();
try {
  const env = { ...process.env, LASTPASS_API_ORIGIN: functions.url };
  execFileSync("npx", ["next", "build"], { cwd: app, stdio: "inherit", env });
  await look(env);
} finally {
  functions.stop();
}

function create() {
  rmSync(app, { recursive: true, force: true });
  mkdirSync(dirname(app), { recursive: true });
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
    const { stdout } = await promisify(execFile)(
      join(web, "node_modules/.bin/shadcn"),
      ["add", ...items, "--yes", "--cwd", app],
      { env: { ...process.env, REGISTRY_URL: vendor.url } },
    );
    console.log(stdout);
  } finally {
    vendor.close();
  }
}

/** What README, "Connect your V0 app", has the user add. */
function addRewrite() {
  const file = join(app, "next.config.ts");
  const start = "const nextConfig: NextConfig = {";
  const rewrites = `
  rewrites: async () => [
    { source: "/api/lastpass/:path*", destination: \`\${process.env.LASTPASS_API_ORIGIN}/api/lastpass/:path*\` },
  ],`;
  writeFileSync(file, readFileSync(file, "utf8").replace(start, start + rewrites));
}

async function look(env) {
  const port = await freePort();
  // Not by npx, which would leave the server behind when it is stopped.
  const next = join(app, "node_modules/next/dist/bin/next");
  const server = spawn(process.execPath, [next, "start", "--port", String(port)], {
    cwd: app,
    env,
  });
  const browser = await startBrowser();
  try {
    const url = `http://localhost:${port}`;
    await answers(url);
    const page = await browser.newPage({ baseURL: url, viewport: { width: 1280, height: 900 } });
    const errors = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.goto("/dashboard?risk=high");
    await page.getByRole("button", { name: "Admin", exact: true }).click();
    await page.waitForURL("**/dashboard?risk=high");
    const report = await page.request.get("/api/lastpass/security-report?risk=high&limit=25");
    const { users, total } = await report.json();
    await page.getByText(`1–${users.length} of ${total}`).waitFor();
    await page.screenshot({ path: join(import.meta.dirname, "screenshots/fresh-app.png") });
    assert.deepEqual(
      await page.locator("tbody a").allTextContents(),
      users.map((user) => user.email),
    );
    assert.deepEqual(errors, []);
  } finally {
    await browser.close();
    server.kill();
  }
}

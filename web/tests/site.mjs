// The dashboard as `cargo dev` serves it, with the demo company, and a browser.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

import { chromium } from "playwright-core";

const root = join(import.meta.dirname, "../..");

/** Starts the local server with these options; resolves to its address and a function that stops it. */
export function startSite({ options = [], env = {} } = {}) {
  // Otherwise the server would build it.
  if (!existsSync(join(root, "web/out/index.html"))) {
    throw new Error("the dashboard is not built: run `npm run build` first");
  }
  return start(options, env);
}

/** Starts the API of the local server alone. */
export function startFunctions() {
  return start(["--no-dashboard"], {});
}

async function start(options, env) {
  const port = await freePort();
  const program = process.env.LASTPASS_DEV ?? join(root, "target/debug/lastpass-dev");
  const server = spawn(program, ["--port", String(port), ...options], {
    stdio: "ignore",
    env: { ...process.env, ...env },
  });
  const failed = new Promise((_, reject) => {
    server.once("error", reject);
    // For one, another program may have taken the port since.
    server.once("exit", (code) => reject(new Error(`the local server ended with code ${code}`)));
  });
  const url = `http://localhost:${port}`;
  await Promise.race([failed, answers(`${url}/api/session`)]);
  return { url, stop: () => server.kill() };
}

export function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
}

/** Closes the pages of a context, whose requests may still be on their way to a handler of the test. */
export async function closeContext(context) {
  for (const handled of context ? [context, ...context.pages()] : []) {
    await handled.unrouteAll({ behavior: "ignoreErrors" });
  }
  await context?.close();
}

export async function answers(url) {
  for (;;) {
    try {
      await fetch(url);
      return;
    } catch {
      await new Promise((pause) => setTimeout(pause, 100));
    }
  }
}

// Of this process alone, and below those that the system gives to connections: a port that the system names as free may be
// taken again, by a test file beside this one, before the server listens on it. Browsers refuse port 10080.
let nextPort = 10_100 + ((process.pid * 8) % 20_000);

export function freePort() {
  return new Promise((resolve) => {
    const port = nextPort++;
    const probe = createServer();
    probe.once("error", () => resolve(freePort()));
    probe.listen(port, () => probe.close(() => resolve(port)));
  });
}

// Replaces shadcn's own registry where that is unreachable: base colours, and the components of components/ui under the
// vendor's names. As a program: prints the value for REGISTRY_URL, which `shadcn add` reads, and serves until it is stopped.
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

const web = join(import.meta.dirname, "..");
const packages = JSON.parse(readFileSync(join(web, "package.json"), "utf8")).dependencies;

/** Starts the server, and resolves to the value for REGISTRY_URL. */
export async function startVendorServer() {
  const server = createServer((request, response) => {
    const body = reply(new URL(request.url, "http://localhost").pathname);
    response.writeHead(body ? 200 : 404, { "Content-Type": "application/json" });
    response.end(JSON.stringify(body ?? { error: "not found" }));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { url: `http://127.0.0.1:${server.address().port}/r`, close: () => server.close() };
}

function reply(path) {
  if (/^\/r\/colors\/\w+\.json$/.test(path)) {
    const nothing = { light: {}, dark: {} };
    return {
      inlineColors: nothing,
      cssVars: nothing,
      inlineColorsTemplate: "",
      cssVarsTemplate: "",
    };
  }
  const name = path.match(/^\/r\/styles\/[\w-]+\/([\w-]+)\.json$/)?.[1];
  return name === "utils"
    ? component("lib/utils.ts", "registry:lib")
    : component(`components/ui/${name}.tsx`, "registry:ui");
}

function component(path, type) {
  const file = join(web, path);
  if (!existsSync(file)) {
    return undefined;
  }
  const content = readFileSync(file, "utf8");
  const imported = [...content.matchAll(/from "((?:@[\w-]+\/)?[\w-]+)/g)].map(([, name]) => name);
  const dependencies = [...new Set(imported)].filter(
    (name) => name in packages && !/^(next|react)$/.test(name),
  );
  return {
    name: path.replace(/^.*\/|\.\w+$/g, ""),
    type,
    dependencies: dependencies.map((name) => `${name}@${packages[name]}`),
    registryDependencies: type === "registry:ui" ? ["utils"] : [],
    files: [{ path, type, content }],
  };
}

if (process.argv[1] === import.meta.filename) {
  console.log(`REGISTRY_URL=${(await startVendorServer()).url}`);
}

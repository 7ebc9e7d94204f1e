// Writes the files of the registry's item `api` from a release, which is a commit of this repository: what a project needs to
// build its functions, with the crates from git. With --check it fails if what is committed differs.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { format } from "prettier";

/** The commit whose crates the item builds. To publish another one, write it here and run `npm run functions`. */
const RELEASE = "369a5e47b387891d88b57c0e6bd313e545b63968";
const REPOSITORY = "https://github.com/OWNER/REPO";

const root = join(import.meta.dirname, "../..");
const target = join(root, "web/registry/functions");

/** For git and cargo: this clone in place of the repository's address. */
export const cloneAsRepository = {
  GIT_CONFIG_COUNT: "1",
  GIT_CONFIG_KEY_0: `url.file://${root}.insteadOf`,
  GIT_CONFIG_VALUE_0: REPOSITORY,
  CARGO_NET_GIT_FETCH_WITH_CLI: "true",
};

async function write(folder) {
  const functions = git("ls-tree", "--name-only", RELEASE, "api/").trim().split("\n");
  for (const path of [...functions, "rust-toolchain.toml"]) {
    save(folder, path, ofRelease(path));
  }
  save(folder, "Cargo.toml", manifest(ofRelease("Cargo.toml")));
  save(folder, "Cargo.lock", lockWithCratesFromGit(ofRelease("Cargo.lock")));
  // Removes what only the other crates of this repository need.
  execFileSync("cargo", ["metadata", "--format-version", "1"], {
    cwd: folder,
    env: { ...process.env, ...cloneAsRepository },
    stdio: ["ignore", "ignore", "inherit"],
  });
  save(folder, "vercel.json", await platform(ofRelease("vercel.json")));
}

/** The package of the repository's root, without its workspace. */
function manifest(text) {
  const shared = section(text, "workspace.package");
  const profiles = text.slice(text.indexOf("[profile.release]"));
  const binaries = text.slice(text.indexOf("[[bin]]"), text.indexOf("[dependencies]"));
  const crates = section(text, "dependencies").match(/^[\w-]+(?=\.workspace)/gm);
  return `# The crates are those of a release. The item that wrote this file, added again with --overwrite, has the newest one.
[package]
name = "lastpass-api"
${shared.match(/^(version|edition|rust-version) = .*$/gm).join("\n")}
publish = false
# Each file under api/ is one function; the platform's builder reads only literal entries.
autobins = false

${binaries.replaceAll(/^(test|doc) = .*\n/gm, "")}[dependencies]
${crates.map((name) => `${name} = { git = "${REPOSITORY}", rev = "${RELEASE}" }`).join("\n")}

${profiles}`;
}

function section(text, name) {
  const [, body] = text.split(`\n[${name}]\n`);
  return body.split("\n[")[0];
}

function lockWithCratesFromGit(text) {
  return text
    .replace('name = "lastpass-functions"\n', 'name = "lastpass-api"\n')
    .replaceAll(
      /^(name = "lastpass-(?:core|sim|vercel)"\nversion = ".*"\n)/gm,
      `$1source = "git+${REPOSITORY}?rev=${RELEASE}#${RELEASE}"\n`,
    );
}

/** What vercel.json needs for the functions; the rest is for this repository's own dashboard. */
function platform(text) {
  const { $schema, functions, crons, rewrites, headers } = JSON.parse(text);
  const object = JSON.stringify({ $schema, functions, crons, rewrites, headers });
  return format(object, { parser: "json", printWidth: 100 });
}

function ofRelease(path) {
  return git("show", `${RELEASE}:${path}`);
}

function git(...parameters) {
  return execFileSync("git", parameters, { cwd: root, encoding: "utf8" });
}

function save(folder, path, text) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function files(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(
    paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")]),
  );
}

function isInClone(commit) {
  try {
    git("cat-file", "-e", `${commit}^{commit}`);
    return true;
  } catch {
    return false;
  }
}

if (process.argv[1] === import.meta.filename && !isInClone(RELEASE)) {
  // A shallow clone has no earlier commits; the release itself was compared when it was written here.
  console.warn(
    `Not checked: this clone lacks the release ${RELEASE}. \`git fetch --unshallow\` gets it.`,
  );
  process.exitCode = process.argv.includes("--check") ? 0 : 1;
} else if (process.argv[1] === import.meta.filename) {
  // Outside of this repository, whose workspace cargo would find.
  const fresh = mkdtempSync(join(tmpdir(), "functions-"));
  await write(fresh);
  const [released, present] = [files(fresh), files(target)];
  // Written by hand, for all releases.
  delete present[".vercelignore"];
  const names = Object.keys({ ...released, ...present });
  const differing = names.filter((name) => released[name] !== present[name]);
  if (process.argv.includes("--check") && differing.length > 0) {
    throw new Error(
      `out of date: ${differing.join(", ")}. Run \`npm --prefix web run functions\` and commit the result.`,
    );
  }
  for (const name of differing) {
    rmSync(join(target, name), { force: true });
    if (name in released) {
      save(target, name, released[name]);
    }
  }
  rmSync(fresh, { recursive: true });
}

// The items of the registry: web/registry/items.json, and what follows from the imports of each item's entries: files, npm
// packages, the vendor's components. An item repeats the files that it shares with others: a registry has no address of its
// own by which one item could name another.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix, relative } from "node:path";

const web = join(import.meta.dirname, "..");
const packages = JSON.parse(readFileSync(join(web, "package.json"), "utf8")).dependencies;

/** In every project of shadcn's, in the version that its other files need. */
const UNVERSIONED = ["lucide-react"];

/** Packages that every project has. */
const PRESENT = ["next", "react", "react-dom"];

export function registryItems() {
  return JSON.parse(read("items.json")).map((listed) =>
    "folder" in listed ? folderItem(listed) : item(listed),
  );
}

/** An item of all files in a folder, for the root of any project; of its vercel.json the user needs the content. */
function folderItem({ folder, docs, ...described }) {
  const files = filesIn(folder);
  const vercel = files.find((file) => file === `${folder}/vercel.json`);
  return {
    ...described,
    docs: vercel ? `${docs}\n\n${read(vercel)}` : docs,
    files: files
      .filter((file) => file !== vercel)
      .map((file) => ({
        path: `web/registry/${file}`,
        type: "registry:file",
        target: `~/${relative(folder, file)}`,
      })),
  };
}

/** The files in a folder of the registry, at any depth. */
function filesIn(folder) {
  return readdirSync(join(web, "registry", folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(join(web, "registry"), join(parentPath, name)))
    .sort();
}

function item({ entries, ...described }) {
  const found = { files: new Set(), packages: new Set(), components: new Set() };
  // A folder stands for every file in it.
  entries
    .flatMap((entry) => (/\.tsx?$/.test(entry) ? [entry] : filesIn(entry)))
    .forEach((file) => follow(file, found));
  const files = [...found.files].sort();
  // Files without aliased imports work in any project at the same path; the CLI adapts the others to its aliases.
  const universal = files.every((file) => !read(file).includes('"@/'));
  return {
    ...described,
    dependencies: [...found.packages].sort().map(dependency),
    registryDependencies: [...found.components].sort(),
    files: files.map((file) => ({
      path: `web/registry/${file}`,
      ...(universal ? { type: "registry:file", target: file } : placed(file)),
    })),
  };
}

function dependency(name) {
  if (!(name in packages)) {
    throw new Error(`"${name}" is not a dependency in web/package.json`);
  }
  return UNVERSIONED.includes(name) ? name : `${name}@^${packages[name]}`;
}

function placed(file) {
  const types = { components: "registry:component", hooks: "registry:hook", lib: "registry:lib" };
  const type = types[file.split("/")[0]];
  return type ? { type } : { type: "registry:page", target: file };
}

function follow(file, found) {
  if (found.files.has(file)) {
    return;
  }
  found.files.add(file);
  for (const [, name] of read(file).matchAll(/(?<!")\b(?:from|import)\s*\(?"([^"]+)"/g)) {
    const local = name.startsWith("@/") ? name.slice(2) : posix.join(posix.dirname(file), name);
    if (name.startsWith("@/components/ui/")) {
      found.components.add(posix.basename(name));
    } else if (name === "@/lib/utils") {
      found.components.add("utils");
    } else if (name.startsWith("@/") || name.startsWith(".")) {
      follow(resolve(local, file), found);
    } else {
      const packageName = name.split("/", name.startsWith("@") ? 2 : 1).join("/");
      if (!PRESENT.includes(packageName)) {
        found.packages.add(packageName);
      }
    }
  }
}

function resolve(local, importer) {
  const file = [`${local}.ts`, `${local}.tsx`].find((name) =>
    existsSync(join(web, "registry", name)),
  );
  if (!file) {
    throw new Error(`${importer}: ${local} is not in web/registry`);
  }
  return file;
}

function read(file) {
  return readFileSync(join(web, "registry", file), "utf8");
}

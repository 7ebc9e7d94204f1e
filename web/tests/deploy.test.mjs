// What README and docs/DEPLOY.md have a user click or copy to deploy.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "../..");
const read = (path) => readFileSync(join(root, path), "utf8");

const PARAMETERS = [
  "repository-url",
  "project-name",
  "repository-name",
  "env",
  "envDefaults",
  "envDescription",
  "envLink",
];

/** Names of all settings, and whether each is required. */
const settings = new Map(
  [...read("docs/SETTINGS.md").matchAll(/^\| `([A-Z_0-9]+)` \|[^|]*\|([^|]*)\|/gm)].map(
    ([, name, preset]) => [name, preset.includes("**required**")],
  ),
);

const buttons = [
  ...read("README.md").matchAll(/^\[!\[[^\]]+\]\(https:\/\/vercel\.com\/button\)\]\((\S+)\)$/gm),
].map(([, url]) => {
  const { origin, pathname, searchParams } = new URL(url);
  assert.equal(origin + pathname, "https://vercel.com/new/clone");
  return Object.fromEntries(searchParams);
});

test("README has a button for the demo and then one for a company", () => {
  assert.equal(buttons.length, 2);
  for (const button of buttons) {
    assert.deepEqual(
      Object.keys(button).filter((name) => !PARAMETERS.includes(name)),
      [],
    );
    assert.equal(button["repository-url"], "https://github.com/OWNER/REPO");
    assert.match(button["project-name"], /^[a-z0-9-]{1,100}$/);
    assert.equal(button["repository-name"], button["project-name"]);
    assert.ok(button.envDescription);
    for (const name of button.env.split(",")) {
      assert.ok(settings.has(name), `${name} is a setting`);
    }
  }
});

test("the link beside the variables leads to a heading of the repository", () => {
  for (const { envLink } of buttons) {
    const [, path, anchor] = envLink.match(
      /^https:\/\/github\.com\/OWNER\/REPO\/blob\/main\/(.+)#(.+)$/,
    );
    const headings = [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      heading.toLowerCase().replaceAll(" ", "-"),
    );
    assert.ok(headings.includes(anchor), `${path}#${anchor}`);
  }
});

// That the demo works beside an app's own DATABASE_URL is a test of the built functions, in tests/platform.rs.
test("the button of the demo has a value for every variable", () => {
  const [{ env, envDefaults }] = buttons;
  assert.equal(env, "LASTPASS_DEMO");
  assert.deepEqual(JSON.parse(envDefaults), { LASTPASS_DEMO: "1" });
});

test("the button of a company has the required variables, a key and a secret, and no value", () => {
  const [, { env, envDefaults }] = buttons;
  const required = [...settings].filter(([, isRequired]) => isRequired).map(([name]) => name);
  assert.deepEqual(env.split(","), [...required, "DASHBOARD_KEYS", "SIGNING_SECRET"]);
  assert.equal(envDefaults, undefined);
});

test("the object for vercel.json is that of the registry's item", () => {
  const object = read("web/registry/functions/vercel.json");
  assert.ok(read("docs/DEPLOY.md").includes(`\`\`\`json\n${object}\`\`\`\n`));
  const item = JSON.parse(read("public/r/api.json"));
  assert.ok(item.docs.endsWith(`\n\n${object}`));
});

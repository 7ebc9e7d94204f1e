// New accounts from the form to the receipt, compared with the API's own replies.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { assertHarmless, checkLooks, openPage } from "./page.mjs";
import { closeContext, startBrowser, startSite } from "./site.mjs";

let site, previewOnly, browser, context, page, errors;

before(async () => {
  [site, previewOnly, browser] = await Promise.all([
    startSite({ options: ["--late", "batchadd"], env: { ALLOWED_EMAIL_DOMAINS: "example.com" } }),
    startSite({ env: { CHANGES: "dryRun", ROLE_GROUPS: "manager=Legal-Team" } }),
    startBrowser(),
  ]);
});

after(async () => {
  await browser?.close();
  site?.stop();
  previewOnly?.stop();
});

beforeEach(async () => {
  ({ context, page, errors } = await openPage(browser, site));
});

afterEach(async () => {
  assert.deepEqual(errors, []);
  await closeContext(context);
});

async function open(path, role, { url = site.url } = {}) {
  await context.request.post(`${url}/api/lastpass/session`, {
    data: { key: `demo-${role}` },
    headers: { "Sec-Fetch-Site": "same-origin" },
  });
  await page.goto(url + path);
}

async function asAdmin(path) {
  const response = await fetch(`${site.url}/api/lastpass/${path}`, {
    headers: { Authorization: "Bearer demo-admin" },
  });
  assert.equal(response.status, 200, path);
  return response.json();
}

const create = () => page.getByRole("button", { name: "Create LastPass account" });
const group = (name) => page.getByRole("checkbox", { name, exact: true });

async function fill({ first = "Ann", last = "Lee", email, department = "Sales" }) {
  await page.getByLabel("First name").fill(first);
  await page.getByLabel("Last name").fill(last);
  await page.getByLabel(/Work email|Email address/).fill(email);
  await page.getByLabel("Department").selectOption(department);
}

/** The texts of the steps that are shown. */
function steps() {
  return page.getByRole("list", { name: "Steps" }).getByRole("listitem").allTextContents();
}

/** The requests for new accounts from now on. */
function changes() {
  const sent = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/provision-user")) {
      sent.push({ body: request.postDataJSON(), key: request.headers()["idempotency-key"] });
    }
  });
  return sent;
}

// First, since the server's first new account is the one whose reply is lost.
test("a new hire is onboarded although LastPass's reply was lost, and one account is made", async () => {
  const email = "nora.quinn@example.com";
  await open("/", "provisioner");
  await page.getByRole("link", { name: "Onboarding" }).click();
  await fill({ first: "Nora", last: "Quinn", email, department: "Legal" });
  await page.getByLabel("Manager").fill("Thora Yilmaz");
  await page.getByLabel("Start date").fill("2026-12-01");
  await group("All Staff").click();

  const sent = changes();
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByRole("heading", { name: "Dry run: nothing was changed." }).waitFor();
  assert.deepEqual(await steps(), [
    "Create the accountPlanned",
    "Add to the group Legal-TeamPlanned",
    "Add to the group All StaffPlanned",
  ]);
  assert.equal((await asAdmin(`users?q=${email}`)).total, 0);

  await create().click();
  await page.getByText("It is not known yet whether this was done").waitFor();
  assert.match((await steps())[0], /^Create the account.*Not known yet$/);
  await checkLooks(page, "onboarding-unknown");
  const receipt = page.getByRole("heading", { name: "Account created" });
  const again = page.getByRole("button", { name: "Check again" });
  while (!(await receipt.isVisible())) {
    await Promise.all([page.waitForResponse("**/provision-user"), again.click()]);
    await receipt.or(page.locator("button:enabled", { hasText: "Check again" })).waitFor();
  }
  for (const step of await steps()) {
    assert.match(step, /Confirmed$/);
  }
  await checkLooks(page, "onboarding-receipt");
  const [preview, created, ...checks] = sent;
  assert.equal(preview.body.dryRun, true);
  assert.ok(checks.length > 0);
  assert.deepEqual(new Set(checks.map(({ key }) => key)), new Set([created.key]));

  const { users, total } = await asAdmin(`users?q=${email}`);
  assert.deepEqual([total, users[0].groups], [1, ["Legal-Team", "All Staff"]]);
  const { actions } = await asAdmin(`actions?email=${email}`);
  assert.deepEqual(
    actions.map(({ action, outcome, details }) => [action, outcome, details]),
    [
      [
        "provision",
        "confirmed",
        {
          name: "Nora Quinn",
          department: "Legal",
          manager: "Thora Yilmaz",
          startDate: "2026-12-01",
        },
      ],
    ],
  );
  await page.getByText(`Recorded as ${actions[0].id}`).waitFor();

  await page.getByRole("button", { name: "Send the invitation again" }).click();
  await page.getByText("LastPass sends the invitation again.").waitFor();
  await page.getByRole("button", { name: "Create another" }).click();
  assert.equal(await page.getByLabel("First name").inputValue(), "");
});

test("a reply that this browser lost is found by checking again", async () => {
  const email = "rosa.kim@example.com";
  await open("/provision", "admin");
  await fill({ email });
  const sent = changes();
  await page.route(
    "**/provision-user",
    async (route) => {
      await route.fetch();
      await route.abort();
    },
    { times: 1 },
  );
  await create().click();
  await page.getByText("The server cannot be reached.").waitFor();
  await page.getByRole("button", { name: "Check again" }).click();
  await page.getByRole("heading", { name: "Account created" }).waitFor();
  assert.equal(sent[0].key, sent[1].key);
  assert.equal((await asAdmin(`actions?email=${email}`)).total, 1);
  // The pages that were read before the change show it.
  await page.getByRole("link", { name: "Open this user" }).click();
  await page.getByRole("heading", { name: "Ann Lee" }).waitFor();
  await page.getByText("Sales-Team").first().waitFor();
});

test("every error is at its field in one turn, and nothing is made", async () => {
  await open("/provision", "admin");
  const sent = changes();
  await page.getByLabel("Email address").fill("ann@elsewhere.org");
  await page.getByLabel("Manager's address").fill("thora");
  await create().click();
  await page.getByText("Check the marked fields.").waitFor();
  for (const [label, error] of [
    ["First name", /is required/],
    ["Last name", /is required/],
    ["Email address", /example\.com/],
    ["Department", /is required/],
    ["Manager's address", /must be an address/],
  ]) {
    const field = page.getByLabel(label);
    assert.equal(await field.getAttribute("aria-invalid"), "true", label);
    const described = await field.getAttribute("aria-describedby");
    const texts = described.split(" ").map((id) => page.locator(`[id="${id}"]`).textContent());
    assert.match((await Promise.all(texts)).join(" "), error);
  }
  assert.equal(
    await page.getByLabel("First name").evaluate((e) => e === document.activeElement),
    true,
  );
  assert.deepEqual(
    sent.map(({ body }) => body.dryRun),
    [true],
  );
  await checkLooks(page, "provision-errors");
});

test("a field is checked while one types, and an error goes away with its cause", async () => {
  await open("/provision", "provisioner");
  const field = page.getByLabel("Email address");
  await field.fill("ann");
  await page.keyboard.press("Tab");
  await page.getByText("Email address must be an address such as ann@example.com").waitFor();
  await field.fill("ann@example.com");
  await page.getByText("Email address must be").waitFor({ state: "detached" });
});

test("a duplicate is explained, and leads an admin to the user", async () => {
  const email = "amina.diallo@example.com";
  await open("/provision", "admin");
  await fill({ email });
  await create().click();
  await page.getByText("This address has an account or an invitation already.").waitFor();
  await checkLooks(page, "provision-duplicate");
  await page.getByRole("link", { name: "Open this user" }).click();
  await page.waitForURL(
    (url) => url.pathname === "/users" && url.searchParams.get("email") === email,
  );
});

test("a provisioner, who may not see users, can send a duplicate's invitation again", async () => {
  const { users } = await asAdmin("users?status=invited&limit=1");
  await open("/onboarding", "provisioner");
  await fill({ email: users[0].email });
  await create().click();
  await page.getByText("This address has an account or an invitation already.").waitFor();
  assert.equal(await page.getByRole("link", { name: "Open this user" }).count(), 0);
  await page.getByRole("button", { name: "Send the invitation again" }).click();
  await page.getByText("LastPass sends the invitation again.").waitFor();
});

for (const [role, mayGiveRoles] of [
  ["admin", true],
  ["provisioner", false],
]) {
  test(`departments and groups are the API's, and those that a ${role} may not give are disabled`, async () => {
    await open("/provision", role);
    const { groups } = await asAdmin("groups?limit=1000");
    const { departments } = await (await context.request.get("/api/lastpass/session")).json();
    await group(groups[0].name).waitFor();
    assert.deepEqual(await page.getByLabel("Department").locator("option").allTextContents(), [
      "Choose…",
      ...departments,
    ]);
    const shown = page.getByRole("group", { name: /Security groups/ }).getByRole("checkbox");
    assert.equal(await shown.count(), groups.length);
    for (const { name, role } of groups) {
      assert.equal(await group(name).isEnabled(), role === null || mayGiveRoles, name);
    }
    const reason = page.getByText("Grants the role Admin here: only an admin may give it.");
    assert.equal(await reason.count(), mayGiveRoles ? 0 : 1);
    await page.getByLabel("Department").selectOption("Legal");
    assert.deepEqual(
      [await group("Legal-Team").isChecked(), await group("Legal-Team").isEnabled()],
      [true, false],
    );
  });
}

test("a department whose group grants a role is for admins to give", async () => {
  const option = page.getByRole("option", { name: /^Legal/ });
  await open("/provision", "provisioner", previewOnly);
  await page.getByText("Grants the role Manager here: only an admin may give it.").waitFor();
  assert.deepEqual(
    [await option.textContent(), await option.isDisabled()],
    ["Legal (only by an admin)", true],
  );
  await open("/provision", "admin", previewOnly);
  await group("Legal-Team").waitFor();
  assert.equal(await option.isDisabled(), false);
});

test("a change that LastPass did not apply returns to the form as it was", async () => {
  await open("/provision", "admin");
  const problems = [
    [504, "outcome-unknown", "Send it again with the same Idempotency-Key.", "unknown"],
    [503, "lastpass-busy", "LastPass limits our calls.", "unknown"],
    [502, "change-not-applied", "LastPass shows nothing of the change.", "failed"],
  ];
  await page.route("**/provision-user", (route) => {
    const [status, code, detail, state] = problems.shift();
    const steps = [{ step: "createAccount", state, at: "2026-11-28T09:00:00Z" }];
    return route.fulfill({
      status,
      headers: { "content-type": "application/problem+json" },
      body: JSON.stringify({ status, code, detail, requestId: "1", errors: [], steps }),
    });
  });
  await fill({ email: "vera.cole@example.com" });
  await create().click();
  const unknown = page.getByText("It is not known yet whether this was done");
  await unknown.waitFor();
  for (const text of ["Check again in a minute.", "LastPass limits our calls."]) {
    await page.getByText(text).waitFor();
    assert.equal(await unknown.count(), 1);
    assert.equal(await page.getByText("Idempotency-Key").count(), 0);
    await page.getByRole("button", { name: "Check again" }).click();
  }
  await page.getByText("LastPass shows nothing of the change.").waitFor();
  assert.match((await steps())[0], /Failed$/);
  assert.equal(await page.getByLabel("Email address").inputValue(), "vera.cole@example.com");
});

test("a deployment that makes no changes says so", async () => {
  await open("/provision", "provisioner", previewOnly);
  await fill({ email: "ann.lee@example.com" });
  await create().click();
  await page.getByRole("heading", { name: /nothing was changed/ }).waitFor();
  assert.equal(await page.getByText("Account created").count(), 0);
  assert.equal(await page.getByText("LastPass invites").count(), 0);
  assert.equal(await page.getByRole("button", { name: "Send the invitation again" }).count(), 0);
});

test("a failure to read the groups is shown, and the form remains", async () => {
  await open("/sign-in", "provisioner");
  await page.route("**/api/lastpass/groups?*", (route) =>
    route.fulfill({
      status: 403,
      headers: { "content-type": "application/problem+json" },
      body: JSON.stringify({ code: "forbidden", detail: "Not now.", requestId: "1", errors: [] }),
    }),
  );
  await page.goto(`${site.url}/provision`);
  await page.getByText("Not now.").waitFor();
  assert.equal(await create().isEnabled(), true);
  await page.unroute("**/api/lastpass/groups?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await group("All Staff").waitFor();
});

test("hostile names are shown as they are, or refused at their field", async () => {
  const names = [
    `<img src=x onerror="document.title='harmed'">`,
    '=HYPERLINK("http://example.com","x")',
    "عبد الرحمن",
    "x".repeat(100),
    "O'Brien",
  ];
  for (const [index, first] of names.entries()) {
    const email = `hostile${index}@example.com`;
    await open("/provision", "admin");
    await fill({ first, email });
    await create().click();
    await page.getByRole("heading", { name: "Account created" }).waitFor();
    const shown = page.getByText(`${first} Lee`, { exact: true });
    await shown.waitFor();
    await checkLooks(page, "provision-hostile");
    await assertHarmless(page);
    await page.getByRole("link", { name: "Open this user" }).click();
    await page.getByRole("heading", { name: `${first} Lee` }).waitFor();
    await checkLooks(page, "user-hostile");
    await assertHarmless(page);
  }
  await open("/provision", "admin");
  await fill({ first: "x".repeat(101), last: "\u202Egnp", email: "hostile@example.com" });
  await create().click();
  await page.getByText("First name must have up to 100 characters").waitFor();
  await page.getByText(/Last name must have no invisible character/).waitFor();
});

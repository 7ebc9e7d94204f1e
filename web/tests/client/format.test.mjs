// Labels, dates and unknown values.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { load } from "./load.mjs";

const format = await load("lib/lastpass-format.ts");
const openapi = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../public/openapi.json"), "utf8"),
);

test("every value of the API has a label and a tone", () => {
  for (const [labels, tones, schemas] of [
    ["statusLabels", "statusTones", ["AccountStatus"]],
    ["riskLabels", "riskTones", ["Risk"]],
    ["severityLabels", "severityTones", ["Severity"]],
    ["eventTypeLabels", "eventTypeTones", ["EventType"]],
    ["outcomeLabels", "outcomeTones", ["EventOutcome", "ActionOutcome"]],
    ["stepLabels", "stepTones", ["StepState"]],
  ]) {
    const values = schemas.flatMap((name) => openapi.components.schemas[name].enum).sort();
    assert.deepEqual(Object.keys(format[labels]).sort(), values, labels);
    assert.deepEqual(Object.keys(format[tones]).sort(), values, tones);
    for (const tone of Object.values(format[tones])) {
      assert.ok(format.toneClasses[tone], tone);
    }
  }
});

test("every step of a change has a name", () => {
  const steps = openapi.components.schemas.Step.properties.step.enum;
  assert.deepEqual(Object.keys(format.stepNames).sort(), steps.toSorted());
});

test("every action has a name, and every right in a folder", () => {
  const { Action, FolderRights } = openapi.components.schemas;
  const actions = Action.properties.action.enum;
  assert.deepEqual(Object.keys(format.actionNames).sort(), actions.toSorted());
  assert.deepEqual(Object.keys(format.rightsLabels).sort(), FolderRights.enum.toSorted());
});

test("times are shown in the zone of the reply, and days in none", () => {
  const time = "2026-11-28T03:30:00Z";
  assert.match(format.formatDate(time, "America/New_York"), /27/);
  assert.match(format.formatDate(time, "Europe/Berlin"), /28/);
  assert.match(format.formatDateTime(time, "America/New_York"), /27.*10:30/);
  assert.match(format.formatDay("2026-11-28"), /28/);
  assert.equal(format.formatDay("2026-11-28T23:00:00-05:00"), format.formatDay("2026-11-28"));
  const zone = new Intl.DateTimeFormat(undefined, { timeZoneName: "short" });
  const { value } = zone.formatToParts(new Date(time)).find(({ type }) => type === "timeZoneName");
  assert.ok(format.formatZonedTime(time).includes(value));
});

test("one is no plural", () => {
  assert.equal(format.formatCount(1, "user"), "1 user");
  assert.equal(format.formatCount(0, "user"), "0 users");
  assert.equal(format.formatCount(2, "person", "people"), "2 people");
});

test("null is a dash with the reply's reason, and zero is no dash", () => {
  const meta = {
    unavailable: [{ field: "users.weakPasswords", reason: "LastPass does not report it" }],
  };
  assert.deepEqual(format.textOf(null, meta, "users.weakPasswords"), {
    text: "–",
    reason: "LastPass does not report it",
  });
  assert.deepEqual(format.textOf(null, meta, "users.vaultScore"), { text: "–", reason: undefined });
  assert.deepEqual(format.textOf(0, meta, "users.weakPasswords"), { text: "0" });
  assert.deepEqual(
    format.textOf(1234.56, meta, "users.weakPasswords", (value) => value.toFixed(1)),
    { text: "1234.6" },
  );
});

/** No page shows these as labels: codes come with a sentence, and a range is its own label. */
const WITHOUT_LABELS = [
  "AuditLogMeta.source",
  "Meta.source",
  "ProblemCode",
  "ScoreRange.range",
  "SignInMethod",
  "SyncPart.name",
  "SyncPart.status",
  "View",
  "WarningCode",
];

test("every other enum of the API's replies has labels", () => {
  const labelled = Object.entries(format).flatMap(([name, labels]) =>
    /(Labels|Names)$/.test(name) ? [Object.keys(labels)] : [],
  );
  const members = Object.entries(openapi.components.schemas).flatMap(([name, schema]) => [
    [name, schema],
    ...Object.entries(schema.properties ?? {}).map(([key, member]) => [`${name}.${key}`, member]),
  ]);
  const enums = members.filter(([name, schema]) => schema.enum && !name.includes("Body."));
  const hasLabels = (values) =>
    labelled.some((labels) => values.every((value) => labels.includes(value)));
  const missing = enums.filter(
    ([name, schema]) => !hasLabels(schema.enum) && !WITHOUT_LABELS.includes(name),
  );
  assert.deepEqual(missing, []);
});

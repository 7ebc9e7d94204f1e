/** Where the value of a variable comes from, step by step. */
const sources: Record<string, string[]> = {
  LASTPASS_ACCOUNT_NUMBER: [
    "Open LastPass's Admin Console as an admin.",
    "Choose Advanced > Enterprise API. The account number is shown there: digits only.",
  ],
  LASTPASS_PROVISIONING_HASH: [
    "Open LastPass's Admin Console as a super admin, and choose Advanced > Enterprise API.",
    "Create a provisioning hash, and copy it at once: it is shown only once. A new one replaces it, also for other programs.",
    "Keep it secret: it gives access to the whole company.",
  ],
  LASTPASS_TIME_ZONE: [
    "Sign in to LastPass as the account's oldest admin, and open Account settings.",
    "Take the time zone that is set there, by its IANA name such as Europe/Berlin.",
  ],
  DASHBOARD_KEYS: [
    "Generate a key for each person: openssl rand -hex 32",
    "Write role, address and key: admin/ann@example.com:KEY. Separate several by commas. The roles are admin, manager, auditor and provisioner.",
  ],
  SIGNING_SECRET: [
    "Generate one: openssl rand -hex 32. Keep it, since it also proves the record of changes.",
  ],
  DATABASE_URL: [
    "In Vercel: Storage > Create Database > Neon. It sets the variable by itself.",
    "Elsewhere: the postgres:// URL of a database of your own.",
  ],
  CRON_SECRET: ["Generate one: openssl rand -hex 32. Vercel sends it with each scheduled run."],
};

/** What a new deployment for your own company needs, in the order in which to set it. */
export const firstVariables = [
  "LASTPASS_ACCOUNT_NUMBER",
  "LASTPASS_PROVISIONING_HASH",
  "DASHBOARD_KEYS",
  "SIGNING_SECRET",
  "DATABASE_URL",
];

/** The variables that a text names, once each. */
export function variablesIn(text: string): string[] {
  return [...new Set(text.match(/\b[A-Z]+(?:_[A-Z0-9]+)+\b/g))];
}

/** The steps to the value of a variable; `undefined` if there is nothing to say beside what `health` says. */
export function stepsTo(variable: string): string[] | undefined {
  return sources[variable];
}

import type {
  AccountStatus,
  Action,
  ActionOutcome,
  AlertRule,
  EventOutcome,
  EventType,
  FolderRights,
  HealthPartName,
  HealthStatus,
  HistoryEntry,
  Meta,
  Risk,
  Role,
  Severity,
  Step,
  StepState,
} from "./lastpass";

/** What a value means, by colour. The label beside it says the same in words. */
export type Tone = "good" | "warning" | "bad" | "neutral";

/** Classes of a badge in the colour of a tone. */
export const toneClasses: Record<Tone, string> = {
  good: "border-emerald-700 dark:border-emerald-400 text-emerald-700 dark:text-emerald-400",
  warning: "border-amber-700 dark:border-amber-400 text-amber-700 dark:text-amber-400",
  bad: "border-destructive text-destructive",
  neutral: "border-border text-muted-foreground",
};

export const statusLabels: Record<AccountStatus, string> = {
  active: "Active",
  invited: "Invited",
  neverLoggedIn: "Never logged in",
  disabled: "Disabled",
};

export const statusTones: Record<AccountStatus, Tone> = {
  active: "good",
  invited: "neutral",
  neverLoggedIn: "warning",
  disabled: "bad",
};

export const riskLabels: Record<Risk, string> = { high: "High", medium: "Medium", low: "Low" };
export const riskTones: Record<Risk, Tone> = { high: "bad", medium: "warning", low: "good" };

/** How urgent an alert is. */
export const severityLabels: Record<Severity, string> = {
  high: "High",
  medium: "Medium",
  low: "Low",
};

export const severityTones: Record<Severity, Tone> = {
  high: "bad",
  medium: "warning",
  low: "neutral",
};

/** What raised an alert. */
export const alertRuleLabels: Record<AlertRule, string> = {
  repeatedFailedLogins: "Repeated failed logins",
  loginFromNewAddress: "Login from a new address",
  activityOfDisabledAccount: "Activity of a disabled account",
  mfaDisabled: "MFA disabled",
  masterPasswordResetByAdmin: "Master password reset by an admin",
  adminRightsGiven: "Admin rights given",
  policyChanged: "Policy changed",
  vaultDataExported: "Vault data exported",
  massDeletion: "Many deletions",
  provisioningSecretRegenerated: "Provisioning hash regenerated",
  foreignApiUse: "API used by another program",
};

/** The types of events in LastPass's log. */
export const eventTypeLabels: Record<EventType, string> = {
  login: "Login",
  vaultAccess: "Vault access",
  adminAction: "Admin action",
  policyChange: "Policy change",
  sharedFolder: "Shared folder",
  userManagement: "User management",
  api: "API",
  other: "Other",
};

export const eventTypeTones: Record<EventType, Tone> = {
  login: "neutral",
  vaultAccess: "neutral",
  adminAction: "warning",
  policyChange: "warning",
  sharedFolder: "neutral",
  userManagement: "warning",
  api: "neutral",
  other: "neutral",
};

/** How an event, or a change, ended. */
export const outcomeLabels: Record<EventOutcome | ActionOutcome, string> = {
  success: "Success",
  failure: "Failure",
  confirmed: "Confirmed",
  sent: "Sent",
  partial: "Partly done",
  failed: "Failed",
  unknown: "Not known yet",
};

export const outcomeTones: Record<EventOutcome | ActionOutcome, Tone> = {
  success: "good",
  failure: "bad",
  confirmed: "good",
  sent: "good",
  partial: "warning",
  failed: "bad",
  unknown: "warning",
};

/** What a step of a change does. */
export const stepNames: Record<Step["step"], string> = {
  createAccount: "Create the account",
  addToGroup: "Add to the group",
  removeFromGroup: "Remove from the group",
  deactivate: "Deactivate the account",
  restore: "Restore the account",
  remove: "Remove from the company",
  delete: "Delete the account",
  reinvite: "Send the invitation again",
  uninvite: "Withdraw the invitation",
  requirePasswordChange: "Require a new master password",
  sendPasswordReset: "Send a reset of the master password",
  disableMfa: "Turn off multi-factor authentication",
};

/** What was requested. */
export const actionNames: Record<Action["action"], string> = {
  provision: "Create an account",
  groups: "Change groups",
  export: "Export",
  deactivate: stepNames.deactivate,
  restore: stepNames.restore,
  remove: stepNames.remove,
  delete: stepNames.delete,
  reinvite: stepNames.reinvite,
  uninvite: stepNames.uninvite,
  requirePasswordChange: stepNames.requirePasswordChange,
  sendPasswordReset: stepNames.sendPasswordReset,
  disableMfa: stepNames.disableMfa,
};

/** How far a step of a change came. */
export const stepLabels: Record<StepState, string> = {
  planned: "Planned",
  sent: "Sent",
  confirmed: "Confirmed",
  failed: "Failed",
  unknown: "Not known yet",
  notSent: "Not sent",
};

export const stepTones: Record<StepState, Tone> = {
  planned: "neutral",
  sent: "good",
  confirmed: "good",
  failed: "bad",
  unknown: "warning",
  notSent: "neutral",
};

/** What changed about a user. */
export const historyLabels: Record<HistoryEntry["kind"], string> = {
  joined: "Joined",
  left: "Left",
  invited: "Invited",
  firstLogin: "First login",
  disabled: "Account disabled",
  restored: "Account restored",
  adminGiven: "Became an admin",
  adminRevoked: "No longer an admin",
  mfaEnabled: "Multi-factor authentication turned on",
  mfaDisabled: "Multi-factor authentication turned off",
  scoreChanged: "Security score",
  groupJoined: "Joined a group",
  groupLeft: "Left a group",
};

/** The parts that `health` checks. */
export const healthPartLabels: Record<HealthPartName, string> = {
  settings: "Settings",
  lastpass: "LastPass",
  clock: "Time zone and clock",
  events: "Event log",
  database: "Database",
  record: "Record of changes",
  sync: "Daily sync",
};

export const healthLabels: Record<HealthStatus, string> = {
  ok: "Works",
  degraded: "Needs attention",
  down: "Does not work",
  off: "Off",
};

export const healthTones: Record<HealthStatus, Tone> = {
  ok: "good",
  degraded: "warning",
  down: "bad",
  off: "neutral",
};

export const roleLabels: Record<Role, string> = {
  admin: "Admin",
  manager: "Manager",
  auditor: "Auditor",
  provisioner: "Provisioner",
};

/** What a user may do in a shared folder. */
export const rightsLabels: Record<FolderRights, string> = {
  readOnly: "Reads only",
  write: "Edits",
  administer: "Administers",
};

/** How a user can open a shared folder: `direct`, or the name of a group. */
export function viaText(via: string): string {
  return via === "direct" ? "Directly" : `Group ${via}`;
}

/** LastPass's names of MFA methods; one that is not listed is shown as it is. */
const mfaLabels: Record<string, string> = {
  none: "None",
  any: "Any method",
  lastpassauth: "LastPass Authenticator",
  googleauth: "Google Authenticator",
  microsoftauth: "Microsoft Authenticator",
  duo: "Duo",
  yubikey: "YubiKey",
};

export function mfaLabel(method: string): string {
  return mfaLabels[method] ?? method;
}

export function formatNumber(value: number): string {
  return value.toLocaleString(undefined, { maximumFractionDigits: 1 });
}

/** How many there are of something: "1 user", "1,200 users". */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

/** The day of a time: in `timeZone` (`meta.timeZone` of the audit log), else in that of the browser. */
export function formatDate(time: string, timeZone?: string): string {
  return new Date(time).toLocaleDateString(undefined, { dateStyle: "medium", timeZone });
}

export function formatDateTime(time: string, timeZone?: string): string {
  return new Date(time).toLocaleString(undefined, {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone,
  });
}

/** A time and the name of the browser's time zone: once on a page, or on paper. */
export function formatZonedTime(time: string): string {
  return new Date(time).toLocaleString(undefined, {
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
  });
}

export function formatToday(): string {
  return new Date().toLocaleDateString(undefined, { dateStyle: "full" });
}

/** A calendar day (`2026-11-28`), which is the same in every time zone; of a time, the day that it is written with. */
export function formatDay(day: string): string {
  return new Date(`${day.slice(0, 10)}T00:00:00Z`).toLocaleDateString(undefined, {
    dateStyle: "medium",
    timeZone: "UTC",
  });
}

/** Why a figure is `null`, if the reply says so: `stats.sharedPasswords`, `users.weakPasswords`. */
export function reasonOf(meta: Meta, field: string): string | undefined {
  return meta.unavailable?.find((entry) => entry.field === field)?.reason;
}

/** Whether the reply warns that neither changes nor exports are recorded. */
export function isNotRecorded(meta: Meta): boolean {
  return meta.warnings.some(({ code }) => code === "not-recorded");
}

/** A figure or time as text: `null` is a dash, with the reason that `meta.unavailable` gives. */
export function textOf<Value>(
  value: Value | null,
  meta: Meta,
  field: string,
  format: (value: Value) => string = String,
): { text: string; reason?: string } {
  return value === null ? { text: "–", reason: reasonOf(meta, field) } : { text: format(value) };
}

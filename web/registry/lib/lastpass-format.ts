import type { Meta, Risk, Role, Status } from "./lastpass";

export const statusLabels: Record<Status, string> = {
  active: "Active",
  invited: "Invited",
  neverLoggedIn: "Never logged in",
  disabled: "Disabled",
};

export const riskLabels: Record<Risk, string> = { high: "High", medium: "Medium", low: "Low" };

export const roleLabels: Record<Role, string> = {
  admin: "Admin",
  manager: "Manager",
  auditor: "Auditor",
  provisioner: "Provisioner",
};

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

export function formatDate(time: string): string {
  return new Date(time).toLocaleDateString(undefined, { dateStyle: "medium" });
}

export function formatDateTime(time: string): string {
  return new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

export function formatToday(): string {
  return new Date().toLocaleDateString(undefined, { dateStyle: "full" });
}

/** A calendar day (`2026-11-28`), which is the same in every time zone. */
export function formatDay(day: string): string {
  return new Date(`${day}T00:00:00Z`).toLocaleDateString(undefined, {
    dateStyle: "medium",
    timeZone: "UTC",
  });
}

/** Why a figure is `null`, if the reply says so: `stats.sharedPasswords`, `users.weakPasswords`. */
export function reasonOf(meta: Meta, field: string): string | undefined {
  return meta.unavailable?.find((entry) => entry.field === field)?.reason;
}

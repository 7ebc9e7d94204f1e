import type { ReactNode } from "react";

import { None } from "@/components/lastpass/none";
import { ScoreBadge } from "@/components/lastpass/score-badge";
import { StatusBadge } from "@/components/lastpass/status-badge";
import { Unknown } from "@/components/lastpass/unknown";
import type { Meta, Query, User } from "@/lib/lastpass";
import { formatDate, formatNumber, mfaLabel, reasonOf } from "@/lib/lastpass-format";

export const columnIds = [
  "score",
  "status",
  "department",
  "mfa",
  "lastLogin",
  "vaultScore",
  "weakPasswords",
  "reusedPasswords",
  "groups",
  "passwordLastChanged",
] as const;

export type ColumnId = (typeof columnIds)[number];

export const defaultColumns: ColumnId[] = ["score", "status", "department", "mfa", "lastLogin"];

/** An order of the list. */
export type Sort = NonNullable<Query<"security-report">["sort"]>;

/** A value by which the list can be sorted, ascending. */
export type SortKey = Exclude<Sort, `-${string}`>;

interface Column {
  label: string;
  /** The value of the parameter `sort`, if the API can sort by the column. */
  sort?: SortKey;
  numeric?: boolean;
  /** The member of a user, by which the reply says why it is `null`. */
  member: keyof User;
  cell: (user: User, meta: Meta) => ReactNode;
}

function Count({ value, reason }: { value: number | null; reason?: string }) {
  return value === null ? <Unknown reason={reason} /> : formatNumber(value);
}

function Day({ time, missing }: { time: string | null; missing: string }) {
  return time === null ? (
    <span className="text-muted-foreground">{missing}</span>
  ) : (
    <time dateTime={time}>{formatDate(time)}</time>
  );
}

function Mfa({ method }: { method: string | null }) {
  if (method === null) {
    return <Unknown reason="only invited" />;
  }
  return (
    <span className={method === "none" ? "font-medium text-destructive" : undefined}>
      {mfaLabel(method)}
    </span>
  );
}

export const columns: Record<ColumnId, Column> = {
  score: {
    label: "Security score",
    sort: "securityScore",
    numeric: true,
    member: "securityScore",
    cell: (user, meta) => (
      <ScoreBadge
        score={user.securityScore}
        risk={user.risk}
        reason={reasonOf(meta, "users.securityScore")}
      />
    ),
  },
  status: {
    label: "Status",
    sort: "status",
    member: "status",
    cell: (user) => <StatusBadge status={user.status} />,
  },
  department: {
    label: "Department",
    sort: "department",
    member: "department",
    cell: (user) => user.department ?? <None reason="in no department" />,
  },
  mfa: {
    label: "MFA",
    member: "mfa",
    cell: (user) => <Mfa method={user.mfa} />,
  },
  lastLogin: {
    label: "Last login",
    sort: "lastLogin",
    member: "lastLogin",
    cell: (user) => <Day time={user.lastLogin} missing="Never" />,
  },
  vaultScore: {
    label: "Vault score",
    numeric: true,
    member: "vaultScore",
    cell: (user, meta) => (
      <Count value={user.vaultScore} reason={reasonOf(meta, "users.vaultScore")} />
    ),
  },
  weakPasswords: {
    label: "Weak passwords",
    sort: "weakPasswords",
    numeric: true,
    member: "weakPasswords",
    cell: (user, meta) => (
      <Count value={user.weakPasswords} reason={reasonOf(meta, "users.weakPasswords")} />
    ),
  },
  reusedPasswords: {
    label: "Reused passwords",
    numeric: true,
    member: "reusedPasswords",
    cell: (user, meta) => (
      <Count value={user.reusedPasswords} reason={reasonOf(meta, "users.reusedPasswords")} />
    ),
  },
  groups: {
    label: "Groups",
    member: "groups",
    cell: (user) => user.groups.join(", "),
  },
  passwordLastChanged: {
    label: "Password changed",
    member: "passwordLastChanged",
    cell: (user) => <Day time={user.passwordLastChanged} missing="Unknown" />,
  },
};

import type { ReactNode } from "react";

import { ScoreBadge } from "@/components/lastpass/score-badge";
import { Unknown } from "@/components/lastpass/unknown";
import { Card, CardContent } from "@/components/ui/card";
import type { Meta, UserDetail } from "@/lib/lastpass";
import { formatDateTime, formatNumber, mfaLabel, reasonOf } from "@/lib/lastpass-format";

/** The figures of one user; beside those that are unknown, why. */
export function UserFigures({ user, meta }: { user: UserDetail; meta: Meta }) {
  const count = (value: number | null, member: string) =>
    value === null ? <Reasoned reason={reasonOf(meta, `user.${member}`)} /> : formatNumber(value);
  const time = (value: string | null, missing: string) =>
    value === null ? missing : <time dateTime={value}>{formatDateTime(value)}</time>;
  const figures: [string, ReactNode][] = [
    ["Security score", <ScoreBadge key="score" score={user.securityScore} risk={user.risk} />],
    ["Vault score", count(user.vaultScore, "vaultScore")],
    ["Weak passwords", count(user.weakPasswords, "weakPasswords")],
    ["Reused passwords", count(user.reusedPasswords, "reusedPasswords")],
    ["MFA", user.mfa === null ? <Unknown key="mfa" reason="only invited" /> : mfaLabel(user.mfa)],
    ["Department", user.department ?? "None"],
    ["Last login", time(user.lastLogin, "Never")],
    ["Master password changed", time(user.passwordLastChanged, "Unknown")],
    ["Master password expired", expired(user.masterPasswordExpired, meta)],
  ];
  return (
    <Card>
      <CardContent>
        <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-3 lg:grid-cols-5">
          {figures.map(([label, value]) => (
            <div key={label}>
              <dt className="text-sm text-muted-foreground">{label}</dt>
              <dd className="font-medium">{value}</dd>
            </div>
          ))}
        </dl>
      </CardContent>
    </Card>
  );
}

/** A dash, with the reason below it for everyone to see. */
function Reasoned({ reason }: { reason?: string }) {
  return (
    <>
      <Unknown />
      {reason && <span className="block text-xs font-normal text-muted-foreground">{reason}</span>}
    </>
  );
}

function expired(value: boolean | null, meta: Meta): ReactNode {
  if (value === null) {
    return <Reasoned reason={reasonOf(meta, "user.masterPasswordExpired")} />;
  }
  return value ? "Yes" : "No";
}

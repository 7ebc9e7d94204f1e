"use client";

import type { ReactNode } from "react";

import { FreshnessBadge } from "@/components/lastpass/freshness-badge";
import { ScoreBadge } from "@/components/lastpass/score-badge";
import { Unknown } from "@/components/lastpass/unknown";
import { UserPages } from "@/components/lastpass/user-pages";
import { ErrorState, LoadingState } from "@/components/lastpass/view-states";
import { Warnings } from "@/components/lastpass/warnings";
import { Badge } from "@/components/ui/badge";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { useUser } from "@/hooks/use-lastpass";
import type { Meta, Session, UserDetail as User } from "@/lib/lastpass";
import {
  actionNames,
  formatDateTime,
  formatNumber,
  historyLabels,
  mfaLabel,
  outcomeLabels,
  reasonOf,
  rightsLabels,
  statusLabels,
} from "@/lib/lastpass-format";

/** One user: figures, groups, folders, the last events of LastPass's log, and what this app changed. */
export function UserDetails({ email, session }: { email: string; session: Session }) {
  const { data, error, mutate } = useUser(email);
  if (error) {
    return (
      <div className="space-y-4">
        <h1 className="text-2xl font-semibold break-all">{email}</h1>
        <ErrorState error={error} onRetry={() => void mutate()} />
      </div>
    );
  }
  if (!data) {
    return (
      <LoadingState className="space-y-4">
        <Skeleton className="h-8 w-72" />
        <Skeleton className="h-48 rounded-xl" />
        <Skeleton className="h-96 rounded-xl" />
      </LoadingState>
    );
  }
  const { user, meta } = data;
  return (
    <div className="space-y-6">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div>
          <h1 className="text-2xl font-semibold break-all">{user.name ?? user.email}</h1>
          <p className="text-sm break-all text-muted-foreground">{user.email}</p>
          <p className="text-xs text-muted-foreground">Times are those of this browser.</p>
        </div>
        <Badge variant={user.status === "active" ? "outline" : "secondary"}>
          {statusLabels[user.status]}
        </Badge>
        {user.isAdmin && <Badge>Admin</Badge>}
        <div className="ml-auto">
          <FreshnessBadge meta={meta} />
        </div>
      </div>
      <UserPages user={user} session={session} />
      <Warnings meta={meta} />
      <Figures user={user} meta={meta} />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Section title="Groups" entries={user.groups} empty="In no group.">
          {(group) => <Line key={group} main={group} />}
        </Section>
        <Section
          title="Shared folders"
          entries={user.folders}
          reason={reasonOf(meta, "user.folders")}
          empty="Can open no shared folder."
        >
          {(folder) => (
            <Line
              key={`${folder.id} ${folder.via}`}
              main={folder.name}
              detail={`${rightsLabels[folder.rights]}, ${folder.passwordsVisible ? "sees passwords" : "passwords hidden"}${folder.via === "direct" ? "" : `, through ${folder.via}`}`}
            />
          )}
        </Section>
        <Section
          title="Events of the last seven days"
          entries={user.events}
          reason={reasonOf(meta, "user.events")}
          empty="No event."
        >
          {(event) => (
            <Line
              key={event.id}
              main={event.description}
              detail={event.outcome === "failure" ? "failed" : undefined}
              time={event.timestamp}
            />
          )}
        </Section>
        <Section
          title="Changes made here"
          entries={user.actions}
          reason={reasonOf(meta, "user.actions")}
          empty="No change."
        >
          {(action) => (
            <Line
              key={action.id}
              main={`${actionNames[action.action]}, by ${action.actor}`}
              detail={outcomeLabels[action.outcome]}
              time={action.at}
            />
          )}
        </Section>
        <Section
          title="History"
          entries={user.history}
          reason={reasonOf(meta, "user.history")}
          empty="No change noticed yet."
        >
          {(change) => (
            <Line
              key={`${change.at} ${change.kind} ${change.from} ${change.to}`}
              main={historyLabels[change.kind]}
              detail={[change.from, change.to].filter((value) => value !== null).join(" → ")}
              time={change.at}
            />
          )}
        </Section>
      </div>
    </div>
  );
}

function Figures({ user, meta }: { user: User; meta: Meta }) {
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

function Section<Entry>({
  title,
  entries,
  reason = "it could not be read",
  empty,
  children,
}: {
  title: string;
  /** `null` if they are unknown. */
  entries: Entry[] | null;
  reason?: string;
  empty: string;
  children: (entry: Entry) => ReactNode;
}) {
  return (
    <Card>
      <CardHeader>
        <CardTitle>
          <h2>{title}</h2>
        </CardTitle>
      </CardHeader>
      <CardContent className="text-sm">
        {entries === null && <p className="text-muted-foreground">Unknown: {reason}.</p>}
        {entries?.length === 0 && <p className="text-muted-foreground">{empty}</p>}
        <ul className="divide-y empty:hidden">{entries?.map(children)}</ul>
      </CardContent>
    </Card>
  );
}

function Line({ main, detail, time }: { main: string; detail?: string; time?: string }) {
  return (
    <li className="flex flex-wrap justify-between gap-x-4 py-2 first:pt-0 last:pb-0">
      <span className="min-w-0 break-words">
        {main}
        {detail && <span className="block text-muted-foreground">{detail}</span>}
      </span>
      {time && (
        <time dateTime={time} className="text-muted-foreground">
          {formatDateTime(time)}
        </time>
      )}
    </li>
  );
}

"use client";

import { useState, type ReactNode } from "react";

import { FreshnessBadge } from "@/components/lastpass/freshness-badge";
import { LeaverNote } from "@/components/lastpass/leaver-note";
import { StatusBadge } from "@/components/lastpass/status-badge";
import { UnknownUser } from "@/components/lastpass/unknown-user";
import { UserFigures } from "@/components/lastpass/user-figures";
import { UserPages } from "@/components/lastpass/user-pages";
import { ErrorState, LoadingState } from "@/components/lastpass/view-states";
import { Warnings } from "@/components/lastpass/warnings";
import { Badge } from "@/components/ui/badge";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { useUser } from "@/hooks/use-lastpass";
import type { DetailQuery, HistoryEntry, Session } from "@/lib/lastpass";
import {
  actionNames,
  formatDateTime,
  historyLabels,
  mfaLabel,
  outcomeLabels,
  reasonOf,
  rightsLabels,
} from "@/lib/lastpass-format";

/** One user: figures, groups, folders, the last events of LastPass's log, and what this app changed. */
export function UserDetails({
  user: wanted,
  session,
}: {
  user: DetailQuery<"users">;
  session: Session;
}) {
  const [fresh, setFresh] = useState(false);
  const { data, error, mutate } = useUser({ ...wanted, ...(fresh && { fresh }) });
  if (error) {
    return (
      <div className="space-y-4">
        <h1 className="text-2xl font-semibold break-all">
          {"id" in wanted ? wanted.id : wanted.email}
        </h1>
        {error.code === "unknown-user" ? (
          <UnknownUser
            user={wanted}
            session={session}
            onReadAgain={() => (fresh ? void mutate() : setFresh(true))}
          />
        ) : (
          <ErrorState error={error} onRetry={() => void mutate()} />
        )}
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
        <div className="min-w-0">
          <h1 className="text-2xl font-semibold break-all">{user.name ?? user.email}</h1>
          <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted-foreground">
            {user.name !== null && <bdi className="break-all">{user.email}</bdi>}
            {user.leftAt === null ? (
              <StatusBadge status={user.status} />
            ) : (
              <Badge variant="secondary">Left</Badge>
            )}
            {user.isAdmin && <Badge>Admin</Badge>}
          </p>
        </div>
        <div className="sm:ml-auto">
          <FreshnessBadge meta={meta} />
        </div>
      </div>
      {user.leftAt !== null && <LeaverNote leftAt={user.leftAt} />}
      <UserPages email={user.email} isListed={user.leftAt === null} session={session} />
      <Warnings meta={meta} />
      <UserFigures user={user} meta={meta} />
      <div className="gap-4 *:mb-4 *:break-inside-avoid lg:columns-2">
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
              detail={historyDetail(change)}
              time={change.at}
            />
          )}
        </Section>
      </div>
    </div>
  );
}

/** What a change went from and to. */
function historyDetail({ kind, from, to }: HistoryEntry): string {
  const isMethod = kind === "mfaEnabled" || kind === "mfaDisabled";
  return [from, to]
    .flatMap((value) => (value === null ? [] : isMethod ? mfaLabel(value) : value))
    .join(" → ");
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
    <li className="flex justify-between gap-x-4 py-2 first:pt-0 last:pb-0 max-sm:flex-col">
      <span className="min-w-0 break-words">
        {main}
        {detail && <span className="block text-muted-foreground">{detail}</span>}
      </span>
      {time && (
        <time dateTime={time} className="shrink-0 text-muted-foreground">
          {formatDateTime(time)}
        </time>
      )}
    </li>
  );
}

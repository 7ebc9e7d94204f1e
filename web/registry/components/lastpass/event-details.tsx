import Link from "next/link";
import type { ReactNode } from "react";

import { FilterButton } from "@/components/lastpass/filter-button";
import type { AuditFilters, AuditView } from "@/hooks/use-audit-view";
import type { Event, Session } from "@/lib/lastpass";
import { alertRuleLabels } from "@/lib/lastpass-format";
import { hasPage } from "@/lib/lastpass-pages";

/** Every member of an event, and the event as LastPass sent it. */
export function EventDetails({
  event,
  timeZone,
  view,
  session,
}: {
  event: Event;
  timeZone: string;
  view: AuditView;
  session: Session;
}) {
  const { ownAction, alerts } = event;
  const value = (text: string | null, filter: (text: string) => Partial<AuditFilters>) =>
    text && <FilterButton onClick={() => view.change(filter(text))}>{text}</FilterButton>;
  const members: [string, ReactNode][] = [
    ["Target", value(event.target, (target) => ({ target }))],
    ["Group", value(event.group, (target) => ({ target }))],
    ["Folder", value(event.folder, (target) => ({ target }))],
    ["IP address", value(event.ip, (ip) => ({ ip }))],
    ["Site", value(event.site, (q) => ({ q }))],
    ["Policy", value(event.policy, (q) => ({ q }))],
    ["Program", value(event.client, (q) => ({ q }))],
    [
      "Evidence for",
      alerts.length > 0 &&
        alerts.map((alert) => (
          <div key={alert}>
            <FilterButton onClick={() => view.change({ alert })}>
              {alertRuleLabels[alert]}
            </FilterButton>
          </div>
        )),
    ],
    [
      "Changed by",
      ownAction && (
        <>
          <bdi>{ownAction.actor}</bdi>, from this dashboard (action {ownAction.id})
          {session.may.includes("GET actions") && event.target && hasPage("/actions") && (
            <>
              {" "}
              <Link
                href={`/actions?${new URLSearchParams({ email: event.target })}`}
                prefetch={false}
                className="text-primary underline underline-offset-4"
              >
                Record of this user
              </Link>
            </>
          )}
        </>
      ),
    ],
    [
      "Time",
      event.ambiguousTime && `This hour comes twice in ${timeZone}: it may be the other one.`,
    ],
    ["Id", event.id],
  ];
  return (
    <div className="grid gap-4 px-2 py-3 lg:grid-cols-2">
      <dl className="grid grid-cols-[auto_1fr] content-start gap-x-4 gap-y-1.5">
        {members.map(
          ([label, content]) =>
            content && (
              <div key={label} className="contents">
                <dt className="text-muted-foreground">{label}</dt>
                <dd className="min-w-0 wrap-anywhere">{content}</dd>
              </div>
            ),
        )}
        {session.may.includes("GET users") && <UserLinks event={event} />}
      </dl>
      <figure className="min-w-0">
        <figcaption className="mb-1 text-muted-foreground">As LastPass sent it</figcaption>
        <pre
          tabIndex={0}
          aria-label="As LastPass sent it"
          className="overflow-x-auto rounded-md bg-muted p-3 text-xs focus-visible:outline-2"
        >
          {JSON.stringify(event.raw, null, 2)}
        </pre>
      </figure>
    </div>
  );
}

/** The users that the event is about. A name of LastPass's API is none. */
function UserLinks({ event: { user, target } }: { event: Event }) {
  const emails = [...new Set([user, target])].flatMap((name) =>
    name?.includes("@") ? [name] : [],
  );
  return (
    emails.length > 0 &&
    hasPage("/users") && (
      <div className="contents">
        <dt className="text-muted-foreground">Open</dt>
        <dd className="min-w-0 space-x-3 wrap-anywhere">
          {emails.map((email) => (
            <Link
              key={email}
              href={`/users?${new URLSearchParams({ email })}`}
              prefetch={false}
              className="text-primary underline-offset-4 hover:underline"
            >
              {email}
            </Link>
          ))}
        </dd>
      </div>
    )
  );
}

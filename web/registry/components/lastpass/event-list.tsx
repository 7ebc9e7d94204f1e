"use client";

import { EventRow } from "@/components/lastpass/event-row";
import { ErrorState } from "@/components/lastpass/view-states";
import { Button } from "@/components/ui/button";
import { Table, TableBody, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import type { AuditView } from "@/hooks/use-audit-view";
import type { ApiError, AuditLog, Event, Session } from "@/lib/lastpass";
import { formatCount, formatNumber } from "@/lib/lastpass-format";
import { cn } from "@/lib/utils";

const columns = [
  { name: "Time", className: "w-28" },
  { name: "User", className: "w-[19%]" },
  { name: "Type, outcome", className: "w-34 @5xl:w-56" },
  { name: "Event" },
  // The text of the event ends with it.
  { name: "IP address", className: "w-32 @max-6xl:hidden" },
  { name: "Target", className: "w-[17%]" },
];

/** The events that match, newest first: as a table where there is room, else one below the other. */
export function EventList({
  log,
  events,
  more,
  loading,
  view,
  session,
}: {
  log: AuditLog;
  events: Event[];
  /** How to get the next page; undefined after the last one. */
  more?: { busy: boolean; error?: ApiError; load: () => Promise<void> };
  loading: boolean;
  view: AuditView;
  session: Session;
}) {
  const { total, meta } = log;
  return (
    <section aria-labelledby="events-heading" className="space-y-4">
      <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <h2 id="events-heading" className="text-lg font-semibold">
          Events
        </h2>
        <p role="status" className="text-sm text-muted-foreground tabular-nums">
          {`${formatNumber(events.length)} of ${formatNumber(total)} shown`}
        </p>
        {meta.hidden.api > 0 && (
          <p className="text-sm text-muted-foreground">
            Left out: {formatCount(meta.hidden.api, "read")} by this dashboard.{" "}
            <button
              type="button"
              className="cursor-pointer text-primary underline underline-offset-4 focus-visible:outline-2"
              onClick={() => view.change({ type: ["api"] })}
            >
              Show API events
            </button>
          </p>
        )}
      </div>
      <div
        aria-busy={loading}
        className={cn(
          "@container rounded-xl border bg-card transition-opacity",
          loading && "opacity-60",
        )}
      >
        <Table
          aria-label="Events"
          className="table-fixed @max-3xl:block @max-3xl:[&_tbody]:block @max-3xl:[&_thead]:sr-only"
        >
          <TableHeader>
            <TableRow>
              {columns.map(({ name, className }) => (
                <TableHead key={name} scope="col" className={cn("px-2", className)}>
                  {name}
                </TableHead>
              ))}
              <TableHead scope="col" className="w-12">
                <span className="sr-only">Details</span>
              </TableHead>
            </TableRow>
          </TableHeader>
          <TableBody>
            {events.map((event) => (
              <EventRow
                key={event.id}
                event={event}
                timeZone={meta.timeZone}
                view={view}
                session={session}
              />
            ))}
          </TableBody>
        </Table>
      </div>
      {more?.error && <ErrorState error={more.error} onRetry={() => void more.load()} />}
      {more && (
        <Button variant="outline" disabled={more.busy} onClick={more.load}>
          {more.busy ? "Loading…" : "Load more"}
        </Button>
      )}
    </section>
  );
}

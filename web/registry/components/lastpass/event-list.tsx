"use client";

import { EventRow } from "@/components/lastpass/event-row";
import { ErrorState } from "@/components/lastpass/view-states";
import { Button } from "@/components/ui/button";
import { Table, TableBody, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import type { AuditView } from "@/hooks/use-audit-view";
import type { ApiError, AuditLog, Event, Session } from "@/lib/lastpass";
import { formatNumber } from "@/lib/lastpass-format";
import { cn } from "@/lib/utils";

/** The events that match, newest first. */
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
            {formatNumber(meta.hidden.api)} reads by this dashboard are left out.{" "}
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
        <Table aria-label="Events">
          <TableHeader>
            <TableRow>
              {["Time", "User", "Type", "Event", "Outcome", "IP address", "Target"].map((name) => (
                <TableHead key={name} scope="col">
                  {name}
                </TableHead>
              ))}
              <TableHead scope="col" className="sticky right-0 rounded-tr-xl bg-card">
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

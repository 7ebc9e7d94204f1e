"use client";

import { ActiveFilters } from "@/components/lastpass/active-filters";
import { AuditAlerts } from "@/components/lastpass/audit-alerts";
import { AuditCharts } from "@/components/lastpass/audit-charts";
import { AuditFilterBar } from "@/components/lastpass/audit-filter-bar";
import { EventExport } from "@/components/lastpass/event-export";
import { EventList } from "@/components/lastpass/event-list";
import { FreshnessBadge } from "@/components/lastpass/freshness-badge";
import { NoEvents } from "@/components/lastpass/no-events";
import { RefreshButton } from "@/components/lastpass/refresh-button";
import { ErrorState, LoadingState } from "@/components/lastpass/view-states";
import { Warnings } from "@/components/lastpass/warnings";
import { Skeleton } from "@/components/ui/skeleton";
import { useAuditView } from "@/hooks/use-audit-view";
import { useEventPages } from "@/hooks/use-event-pages";
import type { AuditLogMeta, Session } from "@/lib/lastpass";
import { formatDateTime } from "@/lib/lastpass-format";

const PAGE_SIZE = 100;

/** LastPass's log: alerts, charts and events of a period, filtered by the API. */
export function AuditLogView({ session }: { session: Session }) {
  const view = useAuditView();
  const { log, error, isValidating, refresh, events, more } = useEventPages({
    ...view.filters,
    limit: PAGE_SIZE,
  });
  return (
    <div className="space-y-6">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div>
          <h1 className="text-2xl font-semibold">Audit log</h1>
          <p className="text-sm text-muted-foreground">
            {log ? <PeriodText meta={log.meta} /> : "Events that LastPass logged"}
          </p>
        </div>
        <div className="flex flex-wrap items-center gap-3 sm:ml-auto">
          {log && <FreshnessBadge meta={log.meta} />}
          <RefreshButton onRefresh={refresh} />
          <EventExport filters={view.filters} />
        </div>
      </div>
      <AuditFilterBar view={view} log={log} />
      <ActiveFilters view={view} />
      <p role="status" className="sr-only">
        {log?.total === 0 && "No event matches"}
      </p>
      {error && <ErrorState error={error} onRetry={() => void refresh()} />}
      {!log && !error && <LoadingLog />}
      {log && (
        <>
          <Warnings meta={log.meta} />
          {log.total === 0 && <NoEvents meta={log.meta} view={view} />}
          <AuditAlerts alerts={log.alerts} timeZone={log.meta.timeZone} view={view} />
          {log.total > 0 && (
            <>
              <AuditCharts log={log} view={view} />
              <EventList
                log={log}
                events={events}
                more={more}
                loading={isValidating}
                view={view}
                session={session}
              />
            </>
          )}
        </>
      )}
    </div>
  );
}

function PeriodText({ meta }: { meta: AuditLogMeta }) {
  return (
    <>
      From <time dateTime={meta.from}>{formatDateTime(meta.from, meta.timeZone)}</time> to{" "}
      <time dateTime={meta.to}>{formatDateTime(meta.to, meta.timeZone)}</time> ({meta.timeZone})
    </>
  );
}

/** As large as the log, so that nothing moves when it arrives. */
function LoadingLog() {
  return (
    <LoadingState className="space-y-6">
      <Skeleton className="h-48 rounded-xl" />
      <div className="grid gap-4 lg:grid-cols-3">
        <Skeleton className="h-72 rounded-xl" />
        <Skeleton className="h-72 rounded-xl" />
        <Skeleton className="h-72 rounded-xl" />
      </div>
      <Skeleton className="h-[40rem] rounded-xl" />
    </LoadingState>
  );
}

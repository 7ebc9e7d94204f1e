"use client";

import { FigureCard } from "@/components/lastpass/figure-card";
import { FreshnessBadge } from "@/components/lastpass/freshness-badge";
import { RefreshButton } from "@/components/lastpass/refresh-button";
import { ScoreDistribution } from "@/components/lastpass/score-distribution";
import { ScoreTrend } from "@/components/lastpass/score-trend";
import { UserList } from "@/components/lastpass/user-list";
import { EmptyState, ErrorState, LoadingState } from "@/components/lastpass/view-states";
import { Warnings } from "@/components/lastpass/warnings";
import { Skeleton } from "@/components/ui/skeleton";
import { useSecurityReport } from "@/hooks/use-lastpass";
import { useReportView } from "@/hooks/use-report-view";
import type { Session, SecurityReport } from "@/lib/lastpass";
import { formatNumber, formatToday, reasonOf } from "@/lib/lastpass-format";

const PAGE_SIZE = 25;

/** The password health of the organization; for an admin also its users. */
export function SecurityDashboard({ session }: { session: Session }) {
  const view = useReportView();
  const lists = session.may.includes("GET security-report?view=full");
  const { data, error, isValidating, mutate, refresh } = useSecurityReport(
    lists
      ? { ...view.filters, sort: view.sort, cursor: view.cursor, limit: PAGE_SIZE }
      : { view: "summary" },
  );
  return (
    <div className="space-y-6">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div>
          <h1 className="text-2xl font-semibold">Security Command Center</h1>
          <p className="text-sm text-muted-foreground">{formatToday()}</p>
        </div>
        <div className="flex items-center gap-3 sm:ml-auto">
          {data && <FreshnessBadge meta={data.meta} />}
          {lists && <RefreshButton onRefresh={refresh} />}
        </div>
      </div>
      {error && <ErrorState error={error} onRetry={() => void mutate()} />}
      {!data && !error && <LoadingReport />}
      {data && (
        <>
          <Warnings meta={data.meta} />
          {data.stats.totalUsers + data.stats.invitedUsers === 0 ? (
            <EmptyState title="No LastPass users yet">
              As soon as LastPass lists users, their figures appear here.
            </EmptyState>
          ) : (
            <>
              <Figures report={data} />
              <div className="grid gap-4 lg:grid-cols-2">
                <ScoreDistribution
                  ranges={data.scoreDistribution}
                  selected={view.filters.range}
                  onSelect={lists ? view.showRange : undefined}
                />
                <ScoreTrend report={data} />
              </div>
              {lists ? (
                <UserList report={data} view={view} limit={PAGE_SIZE} loading={isValidating} />
              ) : (
                <p className="text-sm text-muted-foreground">
                  Your role shows figures only. Lists of users are for administrators.
                </p>
              )}
            </>
          )}
        </>
      )}
    </div>
  );
}

function Figures({ report: { stats, meta } }: { report: SecurityReport }) {
  return (
    <div className="grid grid-cols-2 gap-4 lg:grid-cols-4">
      <FigureCard label="Managed users" value={stats.totalUsers}>
        {formatNumber(stats.invitedUsers)} more invited
      </FigureCard>
      <FigureCard label="Active users" value={stats.activeLast30Days}>
        logged in within the last 30 days
      </FigureCard>
      <FigureCard
        label={`Users below ${stats.scoreThreshold}`}
        value={stats.usersBelowThreshold}
        alarming={stats.usersBelowThreshold > 0}
      >
        of {formatNumber(stats.scoredUsers)} with a security score
      </FigureCard>
      <FigureCard
        label="Shared passwords"
        value={stats.sharedPasswords}
        reason={reasonOf(meta, "stats.sharedPasswords")}
      >
        {stats.sharedFolders !== null && `in ${formatNumber(stats.sharedFolders)} shared folders`}
      </FigureCard>
    </div>
  );
}

/** As large as the report, so that nothing moves when it arrives. */
function LoadingReport() {
  return (
    <LoadingState className="space-y-6">
      <div className="grid grid-cols-2 gap-4 lg:grid-cols-4">
        {["users", "active", "below", "shared"].map((card) => (
          <Skeleton key={card} className="h-32 rounded-xl" />
        ))}
      </div>
      <div className="grid gap-4 lg:grid-cols-2">
        <Skeleton className="h-72 rounded-xl" />
        <Skeleton className="h-72 rounded-xl" />
      </div>
      <Skeleton className="h-[40rem] rounded-xl" />
    </LoadingState>
  );
}

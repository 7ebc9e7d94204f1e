"use client";

import { Printer } from "lucide-react";
import Link from "next/link";

import { DepartmentTable } from "@/components/lastpass/department-table";
import { FigureCard } from "@/components/lastpass/figure-card";
import { FreshnessBadge } from "@/components/lastpass/freshness-badge";
import { ScoreDistribution } from "@/components/lastpass/score-distribution";
import { ScoreRing } from "@/components/lastpass/score-ring";
import { ScoreTrend } from "@/components/lastpass/score-trend";
import { EmptyState, ErrorState, LoadingState } from "@/components/lastpass/view-states";
import { Warnings } from "@/components/lastpass/warnings";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { useSecurityReport } from "@/hooks/use-lastpass";
import type { SecurityReport, Session } from "@/lib/lastpass";
import { formatNumber, reasonOf } from "@/lib/lastpass-format";
import { hasPage } from "@/lib/lastpass-pages";

// Browsers leave out the colour of bars by default.
const paper = `@page { size: A4; margin: 12mm; }
@media print {
  html { font-size: 13px; }
  * { print-color-adjust: exact; }
}`;

/** The organization on one page, to be printed: figures without a person in them. */
export function OrganizationDashboard({ session }: { session: Session }) {
  const { data, error, mutate } = useSecurityReport({ view: "summary" });
  return (
    <div className="space-y-6 print:space-y-4">
      <style>{paper}</style>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="text-2xl font-semibold">Organization security</h1>
        <div className="flex items-center gap-3 sm:ml-auto">
          {data && <FreshnessBadge meta={data.meta} />}
          <Button
            variant="outline"
            size="sm"
            className="print:hidden"
            disabled={!data}
            onClick={() => print()}
          >
            <Printer aria-hidden="true" />
            Print
          </Button>
        </div>
      </div>
      {error && <ErrorState error={error} onRetry={() => void mutate()} />}
      {!data && !error && (
        <LoadingState className="grid gap-4 lg:grid-cols-3">
          <Skeleton className="h-80 rounded-xl" />
          <Skeleton className="h-80 rounded-xl lg:col-span-2" />
        </LoadingState>
      )}
      {data && <Warnings meta={data.meta} />}
      {data && data.stats.totalUsers === 0 && (
        <EmptyState title="No LastPass users yet">
          As soon as LastPass lists users, their figures appear here.
        </EmptyState>
      )}
      {data && data.stats.totalUsers > 0 && (
        <>
          <div className="grid gap-4 lg:grid-cols-3 print:grid-cols-3">
            <OverallScore report={data} />
            <Figures report={data} />
          </div>
          <div className="grid gap-4 lg:grid-cols-2 print:grid-cols-2">
            <ScoreDistribution ranges={data.scoreDistribution} />
            <ScoreTrend report={data} />
          </div>
          <Card>
            <CardHeader>
              <CardTitle>
                <h2>Departments</h2>
              </CardTitle>
              <CardDescription>The lowest average security score first.</CardDescription>
            </CardHeader>
            <CardContent>
              <DepartmentTable
                departments={data.departments}
                threshold={data.stats.scoreThreshold}
              />
            </CardContent>
          </Card>
          {session.may.includes("GET security-report?view=full") && hasPage("/dashboard") && (
            <Link
              href="/dashboard"
              className="inline-block text-sm text-primary underline-offset-4 hover:underline print:hidden"
            >
              Users by lowest score
            </Link>
          )}
        </>
      )}
    </div>
  );
}

function OverallScore({ report: { stats, meta } }: { report: SecurityReport }) {
  return (
    <Card>
      <CardContent className="space-y-3 text-center">
        <h2 className="font-semibold">Overall score</h2>
        <ScoreRing label="Overall score" score={stats.overallScore} />
        <p className="text-xs text-muted-foreground">
          {stats.overallScore === null
            ? reasonOf(meta, "stats.overallScore")
            : `Mean of the known scores: ${formatNumber(stats.scoredUsers)} users have a score, ${formatNumber(stats.enrolledUsers)} have logged in`}
        </p>
      </CardContent>
    </Card>
  );
}

function Figures({ report: { stats, meta } }: { report: SecurityReport }) {
  return (
    <div className="grid grid-cols-2 gap-4 lg:col-span-2 print:col-span-2">
      <FigureCard label="Total users" value={stats.totalUsers}>
        {formatNumber(stats.usersBelowThreshold)} of them below {stats.scoreThreshold}
      </FigureCard>
      <FigureCard
        label="Users with weak passwords"
        value={stats.usersWithWeakPasswords}
        reason={reasonOf(meta, "stats.usersWithWeakPasswords")}
        alarming={stats.usersWithWeakPasswords !== null && stats.usersWithWeakPasswords > 0}
      />
      <FigureCard
        label="Shared passwords"
        value={stats.sharedPasswords}
        reason={reasonOf(meta, "stats.sharedPasswords")}
      >
        {stats.sharedFolders !== null && `in ${formatNumber(stats.sharedFolders)} shared folders`}
      </FigureCard>
      <FigureCard label="Average security score" value={stats.averageSecurityScore}>
        over all users, an unknown score counting 0
      </FigureCard>
    </div>
  );
}

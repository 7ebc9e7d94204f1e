"use client";

import { useRef } from "react";

import { ColumnsMenu } from "@/components/lastpass/columns-menu";
import { CsvButton } from "@/components/lastpass/csv-button";
import { Pager } from "@/components/lastpass/pager";
import { SavedViews } from "@/components/lastpass/saved-views";
import { UserFilters } from "@/components/lastpass/user-filters";
import { UserTable } from "@/components/lastpass/user-table";
import { EmptyState } from "@/components/lastpass/view-states";
import { Button } from "@/components/ui/button";
import type { ReportView } from "@/hooks/use-report-view";
import type { SecurityReport } from "@/lib/lastpass";
import { formatCount } from "@/lib/lastpass-format";
import { cn } from "@/lib/utils";

export function UserList({
  report,
  view,
  limit,
  loading,
}: {
  report: SecurityReport;
  view: ReportView;
  limit: number;
  loading: boolean;
}) {
  const { filters, sort, columns } = view;
  const heading = useRef<HTMLHeadingElement>(null);
  const total = report.total ?? report.users.length;
  return (
    <section aria-labelledby="users-heading" className="space-y-4">
      <div className="flex flex-wrap items-center gap-3">
        <h2 ref={heading} id="users-heading" className="text-lg font-semibold">
          Users
        </h2>
        <SavedViews current={filters} />
        <div className="ml-auto flex flex-wrap items-center gap-2">
          <ColumnsMenu shown={columns} meta={report.meta} onChange={view.showColumns} />
          <CsvButton route="security-report" query={{ ...filters, sort }} />
        </div>
      </div>
      <UserFilters view={view} departments={report.departments} />
      <p role="status" className="sr-only">
        {`${formatCount(total, "user")} found`}
      </p>
      {total === 0 ? (
        <EmptyState title="No user matches these filters">
          <Button variant="outline" size="sm" className="mt-2" onClick={view.clear}>
            Clear filters
          </Button>
        </EmptyState>
      ) : (
        <>
          <div
            aria-busy={loading}
            className={cn("rounded-xl border bg-card transition-opacity", loading && "opacity-60")}
          >
            <UserTable
              users={report.users}
              meta={report.meta}
              shown={columns}
              sort={sort}
              onSort={(sort) => view.change({ sort })}
            />
          </div>
          <Pager
            key={JSON.stringify([filters, sort])}
            rows={report.users.length}
            total={total}
            limit={limit}
            cursor={view.cursor}
            nextCursor={report.nextCursor}
            onPage={(cursor) => {
              view.goTo(cursor);
              heading.current?.scrollIntoView();
            }}
          />
        </>
      )}
    </section>
  );
}

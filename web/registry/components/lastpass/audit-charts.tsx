import type { ReactNode } from "react";

import { Address } from "@/components/lastpass/address";
import { EventDayChart } from "@/components/lastpass/event-day-chart";
import { EventTypeChart } from "@/components/lastpass/event-type-chart";
import { FigureTable } from "@/components/lastpass/figure-table";
import { FilterButton } from "@/components/lastpass/filter-button";
import { Card, CardContent, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { eventTypes, type AuditView } from "@/hooks/use-audit-view";
import type { AuditLog, EventType } from "@/lib/lastpass";
import { eventTypeLabels, formatDay, formatNumber } from "@/lib/lastpass-format";

/** The counts of the log: every event that matches, not only those of the list below. */
export function AuditCharts({ log, view }: { log: AuditLog; view: AuditView }) {
  const { countsByDay, countsByType, countsByUser, meta } = log;
  const { type } = view.filters;
  const showDay = (day: string) => view.change({ from: day, to: day });
  const toggleType = (one: EventType) => {
    const others = (type ?? []).filter((other) => other !== one);
    const types = type?.includes(one) ? others : [...others, one];
    view.change({ type: types.length > 0 ? types : null });
  };
  return (
    <div className="grid gap-4 lg:grid-cols-3">
      <Chart
        title="Events by day"
        description={`Events that match: ${formatNumber(log.total)}.`}
        table={
          <FigureTable
            label="Events by day"
            of="Day"
            rows={countsByDay.map(({ date, events }) => ({
              name: formatDay(date),
              value: events,
              onSelect: () => showDay(date),
            }))}
          />
        }
      >
        <EventDayChart counts={countsByDay} meta={meta} onSelect={showDay} />
      </Chart>
      <Chart
        title="Events by type"
        description={
          type
            ? "Of every type, also those that are not selected. The other filters apply."
            : "All events that match, by type."
        }
        table={
          <FigureTable
            label="Events by type"
            of="Type"
            rows={eventTypes.map((one) => ({
              name: eventTypeLabels[one],
              value: countsByType[one],
              onSelect: () => view.change({ type: [one] }),
            }))}
          />
        }
      >
        <EventTypeChart counts={countsByType} selected={type ?? []} onToggle={toggleType} />
      </Chart>
      <Chart
        title="Most active users"
        description="Up to ten users with the most events that match."
      >
        <ol className="space-y-1.5 text-sm">
          {countsByUser.map(({ user, events }) => (
            <li key={user} className="flex justify-between gap-3">
              <FilterButton onClick={() => view.change({ user })}>
                <Address>{user}</Address>
              </FilterButton>
              <span className="tabular-nums">{formatNumber(events)}</span>
            </li>
          ))}
        </ol>
        {countsByUser.length === 0 && <p className="text-sm text-muted-foreground">No users.</p>}
      </Chart>
    </div>
  );
}

function Chart({
  title,
  description,
  table,
  children,
}: {
  title: string;
  description: string;
  /** The same figures as a table. */
  table?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Card>
      <CardHeader>
        <CardTitle>
          <h2>{title}</h2>
        </CardTitle>
        <CardDescription>{description}</CardDescription>
      </CardHeader>
      <CardContent className="space-y-3">
        {children}
        {table && (
          <details className="text-sm">
            <summary className="w-fit cursor-pointer rounded-sm text-muted-foreground focus-visible:outline-2">
              As a table
            </summary>
            <div
              className="mt-2 max-h-72 overflow-y-auto"
              tabIndex={0}
              role="region"
              aria-label={title}
            >
              {table}
            </div>
          </details>
        )}
      </CardContent>
    </Card>
  );
}

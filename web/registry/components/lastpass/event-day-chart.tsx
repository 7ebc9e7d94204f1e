"use client";

import { useState, type PointerEvent } from "react";

import type { AuditLog, AuditLogMeta } from "@/lib/lastpass";
import { dayOf, daysBetween } from "@/lib/lastpass-days";
import { formatDay, formatNumber } from "@/lib/lastpass-format";

/** A bar for each day of the period. The reply leaves out days without events. The table below it serves the keyboard. */
export function EventDayChart({
  counts,
  meta: { from, to, timeZone },
  onSelect,
}: {
  counts: AuditLog["countsByDay"];
  meta: Pick<AuditLogMeta, "from" | "to" | "timeZone">;
  onSelect: (day: string) => void;
}) {
  const [pointed, setPointed] = useState<string>();
  // The end is excluded: a period that ends at midnight does not reach into the next day.
  const days = daysBetween(dayOf(from, timeZone), dayOf(new Date(Date.parse(to) - 1), timeZone));
  const [first, last] = [days.at(0), days.at(-1)];
  if (!first || !last) {
    return null;
  }
  const events = new Map(counts.map((day) => [day.date, day.events]));
  const most = Math.max(1, ...events.values());

  function dayAt(event: PointerEvent | React.MouseEvent) {
    const box = event.currentTarget.getBoundingClientRect();
    const index = Math.floor(((event.clientX - box.left) / box.width) * days.length);
    return days[Math.min(days.length - 1, Math.max(0, index))];
  }

  return (
    <figure className="grid grid-cols-[auto_1fr] gap-x-2 text-xs text-muted-foreground">
      <div
        aria-hidden="true"
        className="flex h-48 flex-col justify-between text-right tabular-nums"
      >
        <span>{formatNumber(most)}</span>
        <span>0</span>
      </div>
      <svg
        role="img"
        aria-label={`Events by day from ${formatDay(first)} to ${formatDay(last)}, at most ${formatNumber(most)} in a day`}
        viewBox={`0 0 ${days.length} ${most}`}
        preserveAspectRatio="none"
        className="h-48 w-full cursor-pointer touch-pan-y border-b"
        onPointerMove={(event) => setPointed(dayAt(event))}
        onPointerLeave={() => setPointed(undefined)}
        onClick={(event) => onSelect(dayAt(event) ?? first)}
      >
        {days.map((day, index) => {
          const height = events.get(day) ?? 0;
          return (
            <rect
              key={day}
              x={index + 0.1}
              width={0.8}
              y={most - height}
              height={height}
              className={day === pointed ? "fill-foreground" : "fill-chart-1"}
            />
          );
        })}
      </svg>
      <figcaption className="col-start-2 mt-1 flex justify-between gap-2">
        <span>{formatDay(first)}</span>
        <span className="font-medium text-foreground">
          {pointed && `${formatDay(pointed)}: ${formatNumber(events.get(pointed) ?? 0)}`}
        </span>
        {last !== first && <span>{formatDay(last)}</span>}
      </figcaption>
    </figure>
  );
}

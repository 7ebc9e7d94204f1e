"use client";

import { ChevronDown, ChevronRight } from "lucide-react";
import { useState } from "react";

import { EventDetails } from "@/components/lastpass/event-details";
import { FilterButton } from "@/components/lastpass/filter-button";
import { Unknown } from "@/components/lastpass/unknown";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { TableCell, TableRow } from "@/components/ui/table";
import type { AuditView } from "@/hooks/use-audit-view";
import type { Event, Session } from "@/lib/lastpass";
import { dayOf } from "@/lib/lastpass-days";
import {
  eventTypeLabels,
  eventTypeTones,
  outcomeLabels,
  outcomeTones,
  toneClasses,
} from "@/lib/lastpass-format";

/** An event. Each value shows only the events with it; the details open below. */
export function EventRow({
  event,
  timeZone,
  view: { change },
  view,
  session,
}: {
  event: Event;
  timeZone: string;
  view: AuditView;
  session: Session;
}) {
  const [open, setOpen] = useState(false);
  const { timestamp, user, type, outcome, ip, ownAction } = event;
  const target = event.target ?? event.group ?? event.folder;
  const day = dayOf(timestamp, timeZone);
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <>
      <TableRow>
        <TableCell className="min-w-32 align-top whitespace-normal">
          <FilterButton onClick={() => change({ from: day, to: day })}>
            <time dateTime={timestamp}>{formatSecond(timestamp, timeZone)}</time>
          </FilterButton>
        </TableCell>
        <TableCell className="min-w-56 align-top whitespace-normal">
          {user === null ? (
            <Unknown reason="LastPass names no one" />
          ) : (
            <FilterButton onClick={() => change({ user })}>{user}</FilterButton>
          )}
          {ownAction && (
            <p className="text-xs wrap-anywhere text-muted-foreground">
              from this dashboard, by <bdi>{ownAction.actor}</bdi>
            </p>
          )}
        </TableCell>
        <TableCell className="align-top">
          <FilterButton onClick={() => change({ type: [type] })}>
            <Badge variant="outline" className={toneClasses[eventTypeTones[type]]}>
              {eventTypeLabels[type]}
            </Badge>
          </FilterButton>
        </TableCell>
        <TableCell className="min-w-56 align-top whitespace-normal">
          <FilterButton onClick={() => change({ action: event.action })}>
            {event.description}
          </FilterButton>
        </TableCell>
        <TableCell className="align-top">
          {outcome && (
            <FilterButton onClick={() => change({ outcome })}>
              <Badge variant="outline" className={toneClasses[outcomeTones[outcome]]}>
                {outcomeLabels[outcome]}
              </Badge>
            </FilterButton>
          )}
        </TableCell>
        <TableCell className="align-top">
          {ip === null ? (
            <Unknown reason="LastPass names no address" />
          ) : (
            <FilterButton onClick={() => change({ ip })}>{ip}</FilterButton>
          )}
        </TableCell>
        <TableCell className="min-w-28 align-top whitespace-normal">
          {target && <FilterButton onClick={() => change({ target })}>{target}</FilterButton>}
        </TableCell>
        <TableCell className="sticky right-0 bg-card align-top">
          <Button
            variant="ghost"
            size="sm"
            aria-expanded={open}
            aria-label={`Details of ${event.action}, ${formatSecond(timestamp, timeZone)}`}
            onClick={() => setOpen(!open)}
          >
            <Chevron aria-hidden="true" />
            <span className="max-sm:sr-only">Details</span>
          </Button>
        </TableCell>
      </TableRow>
      {open && (
        <TableRow className="hover:bg-transparent">
          <TableCell colSpan={8} className="whitespace-normal">
            {/* As wide as what is visible of the table. */}
            <div className="sticky left-3 w-[calc(100cqw-1.5rem)]">
              <EventDetails event={event} timeZone={timeZone} view={view} session={session} />
            </div>
          </TableCell>
        </TableRow>
      )}
    </>
  );
}

function formatSecond(time: string, timeZone: string): string {
  return new Date(time).toLocaleString(undefined, {
    dateStyle: "medium",
    timeStyle: "medium",
    timeZone,
  });
}

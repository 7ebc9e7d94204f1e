"use client";

import { ChevronDown, ChevronRight } from "lucide-react";
import { useState, type ReactNode } from "react";

import { Address } from "@/components/lastpass/address";
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
import { cn } from "@/lib/utils";

/** An event. Each value shows only the events with it, when selected; the details open below. */
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
      <TableRow className="align-top @max-3xl:grid @max-3xl:grid-cols-[minmax(0,1fr)_auto] @max-3xl:items-center @max-3xl:px-1 @max-3xl:py-2">
        <Cell className="@max-3xl:col-span-2">
          <FilterButton onClick={() => change({ from: day, to: day })}>
            <time dateTime={timestamp}>{formatSecond(timestamp, timeZone)}</time>
          </FilterButton>
        </Cell>
        <Cell className="@max-3xl:order-2 @max-3xl:col-span-2">
          {user === null ? (
            <Unknown reason="LastPass names no one" />
          ) : (
            <FilterButton onClick={() => change({ user })}>
              <Address>{user}</Address>
            </FilterButton>
          )}
          {ownAction && (
            <p className="text-xs text-muted-foreground">
              from this dashboard, by{" "}
              <bdi>
                <Address>{ownAction.actor}</Address>
              </bdi>
            </p>
          )}
        </Cell>
        <Cell className="@max-3xl:order-5">
          <div className="flex flex-wrap gap-1">
            <FilterButton onClick={() => change({ type: [type] })}>
              <Badge variant="outline" className={toneClasses[eventTypeTones[type]]}>
                {eventTypeLabels[type]}
              </Badge>
            </FilterButton>
            {outcome && (
              <FilterButton onClick={() => change({ outcome })}>
                <Badge variant="outline" className={toneClasses[outcomeTones[outcome]]}>
                  {outcomeLabels[outcome]}
                </Badge>
              </FilterButton>
            )}
          </div>
        </Cell>
        <Cell className="@max-3xl:order-3 @max-3xl:col-span-2">
          <FilterButton onClick={() => change({ action: event.action })}>
            {event.description}
          </FilterButton>
        </Cell>
        <Cell className="@max-6xl:hidden">
          {ip === null ? (
            <Unknown reason="LastPass names no address" />
          ) : (
            <FilterButton onClick={() => change({ ip })}>{ip}</FilterButton>
          )}
        </Cell>
        <Cell className="@max-3xl:order-4 @max-3xl:col-span-2 @max-3xl:empty:hidden">
          {target && (
            <>
              <span className="text-muted-foreground @3xl:hidden">Target </span>
              <FilterButton onClick={() => change({ target })}>
                <Address>{target}</Address>
              </FilterButton>
            </>
          )}
        </Cell>
        <Cell className="py-1 @max-3xl:order-6">
          <Button
            variant="ghost"
            size="icon-sm"
            aria-expanded={open}
            aria-label={`Details of ${event.action}, ${formatSecond(timestamp, timeZone)}`}
            onClick={() => setOpen(!open)}
          >
            <Chevron aria-hidden="true" />
          </Button>
        </Cell>
      </TableRow>
      {open && (
        <TableRow className="hover:bg-transparent @max-3xl:block">
          {/* As many columns as there always are: one more would change the widths of all. */}
          <TableCell colSpan={6} className="whitespace-normal @max-3xl:block">
            <EventDetails event={event} timeZone={timeZone} view={view} session={session} />
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

function Cell({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <TableCell
      className={cn("px-2 align-top wrap-anywhere whitespace-normal @max-3xl:py-0.5", className)}
    >
      {children}
    </TableCell>
  );
}

"use client";

import { ChevronDown } from "lucide-react";

import { buttonVariants } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Label } from "@/components/ui/label";
import { Popover, PopoverContent, PopoverTrigger } from "@/components/ui/popover";
import { eventTypes } from "@/hooks/use-audit-view";
import type { AuditLog, EventType } from "@/lib/lastpass";
import { eventTypeLabels, formatNumber } from "@/lib/lastpass-format";

/** Types of events to choose from. Their counts stay as they are, whatever is chosen. */
export function EventTypeMenu({
  selected,
  counts,
  onChange,
}: {
  selected: EventType[];
  counts?: AuditLog["countsByType"];
  onChange: (types: EventType[]) => void;
}) {
  return (
    <Popover>
      <div className="flex flex-col gap-1">
        <span aria-hidden="true" className="text-xs font-medium text-muted-foreground">
          Type
        </span>
        <PopoverTrigger className={buttonVariants({ variant: "outline" })}>
          {selected.length === 0
            ? "All types"
            : `Types: ${selected.length} of ${eventTypes.length}`}
          <ChevronDown aria-hidden="true" />
        </PopoverTrigger>
      </div>
      <PopoverContent align="start" aria-label="Types of events">
        <ul className="space-y-3">
          {eventTypes.map((type) => (
            <li key={type} className="flex items-center gap-2">
              <Checkbox
                id={`type-${type}`}
                checked={selected.includes(type)}
                onCheckedChange={(checked) =>
                  onChange(
                    eventTypes.filter((other) =>
                      other === type ? checked : selected.includes(other),
                    ),
                  )
                }
              />
              <Label htmlFor={`type-${type}`} className="flex grow justify-between">
                {eventTypeLabels[type]}
                <span className="text-muted-foreground tabular-nums">
                  {counts && formatNumber(counts[type])}
                </span>
              </Label>
            </li>
          ))}
        </ul>
      </PopoverContent>
    </Popover>
  );
}

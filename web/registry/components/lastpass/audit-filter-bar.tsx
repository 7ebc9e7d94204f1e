"use client";

import { useCallback } from "react";

import { EventTypeMenu } from "@/components/lastpass/event-type-menu";
import { PeriodFilter } from "@/components/lastpass/period-filter";
import { SearchInput } from "@/components/lastpass/search-input";
import { TextFilter } from "@/components/lastpass/text-filter";
import { Card, CardContent } from "@/components/ui/card";
import { Label } from "@/components/ui/label";
import { NativeSelect, NativeSelectOption } from "@/components/ui/native-select";
import type { AuditView } from "@/hooks/use-audit-view";
import type { AuditLog } from "@/lib/lastpass";
import { outcomeLabels } from "@/lib/lastpass-format";

const outcomes = ["success", "failure"] as const;

/** The period and the filters of the log. */
export function AuditFilterBar({ view, log }: { view: AuditView; log?: AuditLog }) {
  const { filters, change } = view;
  const search = useCallback((q: string) => change({ q: q || null }), [change]);
  return (
    <Card>
      <CardContent className="space-y-4">
        <PeriodFilter
          period={filters}
          timeZone={log?.meta.timeZone}
          onChange={(period) => change(period)}
        />
        <div className="grid grid-cols-2 items-end gap-3 xl:grid-cols-[2fr_1fr_1fr_auto_1fr]">
          <div className="col-span-full xl:col-span-1">
            <SearchInput label="Search all details" value={filters.q ?? ""} onChange={search} />
          </div>
          <div className="col-span-full grid gap-3 sm:grid-cols-2 xl:contents">
            <TextFilter
              label="User"
              placeholder="Address or name"
              value={filters.user}
              onChange={(user) => change({ user })}
            />
            <TextFilter
              label="Target"
              placeholder="User, group, folder"
              value={filters.target}
              onChange={(target) => change({ target })}
            />
          </div>
          <EventTypeMenu
            selected={filters.type ?? []}
            counts={log?.countsByType}
            onChange={(type) => change({ type: type.length > 0 ? type : null })}
          />
          <div className="space-y-1">
            <Label htmlFor="outcome" className="text-xs text-muted-foreground">
              Outcome
            </Label>
            <NativeSelect
              id="outcome"
              value={filters.outcome ?? ""}
              onChange={({ target }) =>
                change({ outcome: outcomes.find((known) => known === target.value) ?? null })
              }
            >
              <NativeSelectOption value="">Any</NativeSelectOption>
              {outcomes.map((outcome) => (
                <NativeSelectOption key={outcome} value={outcome}>
                  {outcomeLabels[outcome]}
                </NativeSelectOption>
              ))}
            </NativeSelect>
          </div>
        </div>
      </CardContent>
    </Card>
  );
}

"use client";

import { SelectFilter } from "@/components/lastpass/select-filter";
import { SuggestInput } from "@/components/lastpass/suggest-input";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import type { ActionView } from "@/hooks/use-action-view";
import type { Action, ActionOutcome } from "@/lib/lastpass";
import { actionNames, outcomeLabels } from "@/lib/lastpass-format";

const outcomes: Record<ActionOutcome, string> = {
  confirmed: outcomeLabels.confirmed,
  sent: outcomeLabels.sent,
  partial: outcomeLabels.partial,
  failed: outcomeLabels.failed,
  unknown: outcomeLabels.unknown,
};

export function ActionFilters({ view, ownOnly }: { view: ActionView; ownOnly: boolean }) {
  const { filters, change } = view;
  return (
    <div className="grid items-end gap-3 sm:grid-cols-2 md:grid-cols-3 xl:grid-cols-[2fr_2fr_2fr_1.5fr_auto_auto_auto]">
      <SuggestInput
        label="Affected user"
        placeholder="Complete address"
        value={filters.email ?? ""}
        suggestions={[]}
        onChange={(email) => change({ email: email || null })}
      />
      {!ownOnly && (
        <SuggestInput
          label="Changed by"
          placeholder="Complete name"
          value={filters.actor ?? ""}
          suggestions={[]}
          onChange={(actor) => change({ actor: actor || null })}
        />
      )}
      <SelectFilter
        label="What"
        value={filters.action}
        options={actionNames}
        onChange={(action: Action["action"] | null) => change({ action })}
      />
      <SelectFilter
        label="Outcome"
        value={filters.outcome}
        options={outcomes}
        onChange={(outcome: ActionOutcome | null) => change({ outcome })}
      />
      <DayInput label="From" value={filters.from} onChange={(from) => change({ from })} />
      <DayInput label="To" value={filters.to} onChange={(to) => change({ to })} />
      <Button variant="ghost" disabled={!view.filtered} onClick={view.clear}>
        Clear filters
      </Button>
    </div>
  );
}

function DayInput({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string | null;
  onChange: (day: string | null) => void;
}) {
  const id = `filter-${label.toLowerCase()}`;
  return (
    <div className="space-y-1">
      <Label htmlFor={id} className="text-xs text-muted-foreground">
        {label}
      </Label>
      <Input
        id={id}
        type="date"
        value={value ?? ""}
        onChange={(event) => onChange(event.target.value || null)}
      />
    </div>
  );
}

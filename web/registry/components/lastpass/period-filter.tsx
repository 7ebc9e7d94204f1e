"use client";

import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { dayOf, periods, type Period } from "@/lib/lastpass-days";

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The period of the log in days of LastPass's time zone, which is known as soon as there is a reply. */
export function PeriodFilter({
  period,
  timeZone,
  onChange,
}: {
  period: Period;
  timeZone?: string;
  onChange: (period: Period) => void;
}) {
  const today = timeZone && dayOf(new Date(), timeZone);
  return (
    <div className="flex flex-wrap items-end gap-3">
      <div role="group" aria-label="Period" className="flex flex-wrap gap-1">
        {Object.entries(periods(today ?? "1970-01-01")).map(([label, { from, to }]) => (
          <Button
            key={label}
            variant={from === period.from && to === period.to ? "secondary" : "outline"}
            size="sm"
            disabled={!today}
            aria-pressed={from === period.from && to === period.to}
            onClick={() => onChange({ from, to })}
          >
            {label}
          </Button>
        ))}
      </div>
      <div className="flex flex-wrap items-end gap-3">
        <Day
          id="from"
          label="From"
          max={period.to}
          value={period.from}
          onChange={(from) => onChange({ from, to: period.to })}
        />
        <Day
          id="to"
          label="To, included"
          min={period.from}
          value={period.to}
          onChange={(to) => onChange({ from: period.from, to })}
        />
      </div>
    </div>
  );
}

function Day({
  id,
  label,
  value,
  min,
  max,
  onChange,
}: {
  id: string;
  label: string;
  value: string | null;
  min?: string | null;
  max?: string | null;
  onChange: (day: string | null) => void;
}) {
  return (
    <div className="space-y-1">
      <Label htmlFor={id} className="text-xs text-muted-foreground">
        {label}
      </Label>
      <Input
        id={id}
        type="date"
        className="h-8 w-auto"
        min={dayOnly(min)}
        max={dayOnly(max)}
        value={dayOnly(value) ?? ""}
        onChange={(event) => onChange(event.target.value || null)}
      />
    </div>
  );
}

/** A link may give a time instead of a day, which this field cannot show. */
function dayOnly(value?: string | null): string | undefined {
  return value && DAY.test(value) ? value : undefined;
}

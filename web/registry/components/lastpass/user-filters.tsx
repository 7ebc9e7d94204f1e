"use client";

import { useCallback } from "react";

import { SearchInput } from "@/components/lastpass/search-input";
import { Button } from "@/components/ui/button";
import { Label } from "@/components/ui/label";
import { NativeSelect, NativeSelectOption } from "@/components/ui/native-select";
import type { ReportView } from "@/hooks/use-report-view";
import { useGroups } from "@/hooks/use-lastpass";
import type { Department, Risk, AccountStatus } from "@/lib/lastpass";
import { mfaLabel, riskLabels, statusLabels } from "@/lib/lastpass-format";

const inactiveLabels = Object.fromEntries(
  [30, 45, 60, 90, 180].map((days) => [days, `${days} days or more`]),
);

export function UserFilters({
  view,
  departments,
}: {
  view: ReportView;
  departments: Department[];
}) {
  const { filters, change } = view;
  const groups = useGroups({ limit: 1000 }).data?.groups ?? [];
  const search = useCallback((text: string) => change({ q: text || null }), [change]);
  return (
    <div className="grid grid-cols-2 items-end gap-3 md:grid-cols-4 xl:grid-cols-[2fr_repeat(6,1fr)_auto]">
      <div className="col-span-full md:col-span-2 xl:col-span-1">
        <SearchInput label="Search name or address" value={filters.q ?? ""} onChange={search} />
      </div>
      <Filter
        label="Status"
        value={filters.status}
        options={statusLabels}
        onChange={(status: AccountStatus | null) => change({ status })}
      />
      <Filter
        label="Risk"
        value={filters.risk}
        options={riskLabels}
        onChange={(risk: Risk | null) => change({ risk })}
      />
      <Filter
        label="Department"
        value={filters.department}
        options={byName(departments.map(({ department }) => department))}
        onChange={(department) => change({ department })}
      />
      <Filter
        label="Group"
        value={filters.group}
        options={byName(groups.map(({ name }) => name))}
        onChange={(group) => change({ group })}
      />
      <Filter
        label="MFA"
        value={filters.mfa}
        options={{ none: mfaLabel("none"), any: mfaLabel("any") }}
        onChange={(mfa) => change({ mfa })}
      />
      <Filter
        label="Last login"
        value={filters.inactiveDays === null ? null : String(filters.inactiveDays)}
        options={inactiveLabels}
        onChange={(days) => change({ inactiveDays: days === null ? null : Number(days) })}
      />
      <Button variant="ghost" disabled={!view.filtered} onClick={view.clear}>
        Clear filters
      </Button>
    </div>
  );
}

function byName(names: (string | null)[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (name === null ? [] : [[name, name]])));
}

function Filter<Value extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: Value | null;
  options: Partial<Record<Value, string>>;
  onChange: (value: Value | null) => void;
}) {
  const id = `filter-${label.toLowerCase().replace(" ", "-")}`;
  // A link may name a value that is not among the options, such as a method of MFA.
  const shown = value === null || value in options ? options : { ...options, [value]: value };
  return (
    <div className="space-y-1">
      <Label htmlFor={id} className="text-xs text-muted-foreground">
        {label}
      </Label>
      <NativeSelect
        id={id}
        value={value ?? ""}
        // The options are values of the filter, and the empty one.
        onChange={(event) => onChange((event.target.value as Value) || null)}
      >
        <NativeSelectOption value="">Any</NativeSelectOption>
        {Object.entries<string | undefined>(shown).map(([option, text]) => (
          <NativeSelectOption key={option} value={option}>
            {text}
          </NativeSelectOption>
        ))}
      </NativeSelect>
    </div>
  );
}

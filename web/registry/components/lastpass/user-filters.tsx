"use client";

import { useCallback } from "react";

import { SearchInput } from "@/components/lastpass/search-input";
import { SelectFilter } from "@/components/lastpass/select-filter";
import { Button } from "@/components/ui/button";
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
    <div className="grid grid-cols-2 items-end gap-3 md:grid-cols-4 xl:grid-cols-[2.5fr_repeat(6,1fr)_auto]">
      <div className="col-span-full md:col-span-2 xl:col-span-1">
        <SearchInput label="Search name or address" value={filters.q ?? ""} onChange={search} />
      </div>
      <SelectFilter
        label="Status"
        value={filters.status}
        options={statusLabels}
        onChange={(status: AccountStatus | null) => change({ status })}
      />
      <SelectFilter
        label="Risk"
        value={filters.risk}
        options={riskLabels}
        onChange={(risk: Risk | null) => change({ risk })}
      />
      <SelectFilter
        label="Department"
        value={filters.department}
        options={byName(departments.map(({ department }) => department))}
        onChange={(department) => change({ department })}
      />
      <SelectFilter
        label="Group"
        value={filters.group}
        options={byName(groups.map(({ name }) => name))}
        onChange={(group) => change({ group })}
      />
      <SelectFilter
        label="MFA"
        value={filters.mfa}
        options={{ none: mfaLabel("none"), any: mfaLabel("any") }}
        onChange={(mfa) => change({ mfa })}
      />
      <SelectFilter
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

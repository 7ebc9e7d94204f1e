"use client";

import Link from "next/link";

import { useSharedFolders } from "@/hooks/use-lastpass";
import type { FolderView } from "@/hooks/use-folder-view";
import { formatNumber } from "@/lib/lastpass-format";
import { cn } from "@/lib/utils";

type Filters = Partial<FolderView["filters"]>;

const views: { label: string; filters: Filters; alarming?: boolean }[] = [
  { label: "All folders", filters: {} },
  { label: "Without administrator", filters: { withoutAdministrator: true }, alarming: true },
  { label: "Open to disabled accounts", filters: { holders: "disabled" }, alarming: true },
  { label: "Open to accounts never used", filters: { holders: "neverLoggedIn" } },
  { label: "Open to invited users", filters: { holders: "invited" } },
  { label: "Deleted", filters: { deleted: true } },
];

/** Links to what to check regularly, each with its number of folders. */
export function FolderViews({ current }: { current: FolderView["filters"] }) {
  return (
    <nav aria-label="Views" className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6">
      {views.map((view) => (
        <ViewLink key={view.label} {...view} isCurrent={isSame(current, view.filters)} />
      ))}
    </nav>
  );
}

function ViewLink({
  label,
  filters,
  alarming,
  isCurrent,
}: {
  label: string;
  filters: Filters;
  alarming?: boolean;
  isCurrent: boolean;
}) {
  const total = useSharedFolders({ ...filters, limit: 1 }).data?.total;
  const query = Object.entries(filters).map(([name, value]) => [name, String(value)]);
  return (
    <Link
      href={`?${new URLSearchParams(query)}`}
      scroll={false}
      aria-current={isCurrent ? "true" : undefined}
      className={cn(
        "flex flex-col-reverse justify-end rounded-xl border bg-card px-4 py-3 text-sm hover:bg-accent",
        isCurrent && "border-primary bg-secondary",
      )}
    >
      <span className="text-muted-foreground">{label}</span>
      <span
        className={cn(
          "min-h-8 text-2xl font-semibold tabular-nums",
          alarming && total && "text-destructive",
        )}
      >
        {total !== undefined && formatNumber(total)}
      </span>
    </Link>
  );
}

function isSame(current: Filters, filters: Filters): boolean {
  const given = Object.entries(current).filter(([, value]) => value !== null);
  const wanted = new Map<string, unknown>(Object.entries(filters));
  return given.length === wanted.size && given.every(([name, value]) => wanted.get(name) === value);
}

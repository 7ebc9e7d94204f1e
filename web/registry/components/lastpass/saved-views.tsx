import Link from "next/link";

import type { ReportView } from "@/hooks/use-report-view";
import { cn } from "@/lib/utils";

const views: { label: string; filters: Record<string, string> }[] = [
  { label: "All users", filters: {} },
  { label: "Score under 50", filters: { risk: "high" } },
  { label: "No MFA", filters: { mfa: "none" } },
  { label: "Inactive 45 days", filters: { inactiveDays: "45" } },
  { label: "Never logged in", filters: { status: "neverLoggedIn" } },
];

/** Links to views of the list of users. */
export function SavedViews({ current }: { current: ReportView["filters"] }) {
  const given = Object.entries(current).filter(([, value]) => value !== null);
  return (
    <nav aria-label="Saved views" className="flex flex-wrap gap-1">
      {views.map(({ label, filters }) => {
        const isCurrent =
          given.length === Object.keys(filters).length &&
          given.every(([name, value]) => filters[name] === String(value));
        return (
          <Link
            key={label}
            href={`?${new URLSearchParams(filters)}`}
            scroll={false}
            aria-current={isCurrent ? "true" : undefined}
            className={cn(
              "rounded-md border px-2.5 py-1 text-sm hover:bg-accent",
              isCurrent && "border-primary bg-secondary font-medium",
            )}
          >
            {label}
          </Link>
        );
      })}
    </nav>
  );
}

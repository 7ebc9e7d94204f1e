import { activeFilters } from "@/components/lastpass/active-filters";
import { EmptyState } from "@/components/lastpass/view-states";
import { Button } from "@/components/ui/button";
import type { AuditView } from "@/hooks/use-audit-view";
import type { AuditLogMeta } from "@/lib/lastpass";
import { dayOf, periods } from "@/lib/lastpass-days";
import { formatDateTime } from "@/lib/lastpass-format";

/** No event: what was not found, and what to try. */
export function NoEvents({ meta, view }: { meta: AuditLogMeta; view: AuditView }) {
  const active = activeFilters(view.filters);
  const month = periods(dayOf(new Date(), meta.timeZone))["Last 30 days"];
  const period = `from ${formatDateTime(meta.from, meta.timeZone)} to ${formatDateTime(meta.to, meta.timeZone)}`;
  return (
    <EmptyState title={active.length > 0 ? "No event matches these filters" : "No event"}>
      <p>
        LastPass logged nothing {period}
        {active.length > 0 && " that matches all of these:"}
      </p>
      <ul className="mt-1">
        {active.map(({ text }) => (
          <li key={text} className="wrap-anywhere">
            <bdi>{text}</bdi>
          </li>
        ))}
      </ul>
      <p className="mt-2">
        {active.length > 0
          ? "Remove a filter, or choose a longer period."
          : "Choose a longer period."}
      </p>
      <div className="mt-3 flex flex-wrap justify-center gap-2">
        <Button variant="outline" size="sm" onClick={() => view.change({ ...month })}>
          Last 30 days
        </Button>
        {active.map(({ text, without }) => (
          <Button
            key={text}
            variant="outline"
            size="sm"
            className="h-auto min-h-8 max-w-full py-1 whitespace-normal wrap-anywhere"
            onClick={() => view.change(without)}
          >
            <span>
              Without <bdi>{text}</bdi>
            </span>
          </Button>
        ))}
      </div>
    </EmptyState>
  );
}

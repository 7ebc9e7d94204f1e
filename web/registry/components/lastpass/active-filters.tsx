import { X } from "lucide-react";

import { Button } from "@/components/ui/button";
import type { AuditFilters, AuditView } from "@/hooks/use-audit-view";
import { alertRuleLabels, eventTypeLabels, outcomeLabels } from "@/lib/lastpass-format";

interface ActiveFilter {
  text: string;
  without: Partial<AuditFilters>;
}

/** The filters that are set, as text, and how to remove each. */
export function activeFilters(filters: AuditFilters): ActiveFilter[] {
  const { type, alert, outcome } = filters;
  const named = (["user", "target", "action", "ip"] as const).flatMap((name) =>
    filters[name] === null
      ? []
      : [{ text: `${filterLabels[name]}: ${filters[name]}`, without: { [name]: null } }],
  );
  return [
    ...(alert ? [{ text: `Alert: ${alertRuleLabels[alert]}`, without: { alert: null } }] : []),
    ...(type ?? []).map((one) => ({
      text: `Type: ${eventTypeLabels[one]}`,
      without: { type: type && type.length > 1 ? type.filter((other) => other !== one) : null },
    })),
    ...named,
    ...(outcome
      ? [{ text: `Outcome: ${outcomeLabels[outcome]}`, without: { outcome: null } }]
      : []),
    ...(filters.q ? [{ text: `Search: ${filters.q}`, without: { q: null } }] : []),
  ];
}

const filterLabels = { user: "User", target: "Target", action: "Action", ip: "IP address" };

/** The filters that are set; each can be removed. */
export function ActiveFilters({ view }: { view: AuditView }) {
  const active = activeFilters(view.filters);
  if (active.length === 0) {
    return null;
  }
  return (
    <ul aria-label="Filters" className="flex flex-wrap items-center gap-2">
      {active.map(({ text, without }) => (
        <li key={text} className="max-w-full">
          <Button
            variant="secondary"
            size="sm"
            className="h-auto min-h-8 max-w-full py-1 text-left whitespace-normal wrap-anywhere"
            aria-label={`Remove ${text}`}
            onClick={() => view.change(without)}
          >
            <bdi>{text}</bdi>
            <X aria-hidden="true" />
          </Button>
        </li>
      ))}
      <li>
        <Button variant="ghost" size="sm" onClick={() => view.clear()}>
          Clear filters
        </Button>
      </li>
    </ul>
  );
}

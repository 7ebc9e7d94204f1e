import { eventTypes } from "@/hooks/use-audit-view";
import type { AuditLog, EventType } from "@/lib/lastpass";
import { eventTypeLabels, formatNumber } from "@/lib/lastpass-format";

/** Events by type. A bar adds its type to the filter, or takes it out. */
export function EventTypeChart({
  counts,
  selected,
  onToggle,
}: {
  counts: AuditLog["countsByType"];
  selected: EventType[];
  onToggle: (type: EventType) => void;
}) {
  const most = Math.max(1, ...Object.values(counts));
  return (
    <ul className="space-y-0.5">
      {eventTypes.map((type) => (
        <li key={type}>
          <button
            type="button"
            aria-pressed={selected.includes(type)}
            className="grid w-full cursor-pointer grid-cols-[8.5rem_3rem_1fr] items-center gap-2 rounded-md px-2 py-1 text-left text-sm hover:bg-accent focus-visible:outline-2 aria-pressed:bg-accent aria-pressed:font-semibold"
            onClick={() => onToggle(type)}
          >
            {eventTypeLabels[type]}{" "}
            <span className="text-right tabular-nums">{formatNumber(counts[type])}</span>
            <span aria-hidden="true" className="h-4 rounded-sm bg-muted">
              <span
                className="block h-full rounded-sm bg-chart-1"
                style={{ width: `${(counts[type] / most) * 100}%` }}
              />
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

import { Card, CardContent, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import type { ScoreRange } from "@/lib/lastpass";
import { formatNumber } from "@/lib/lastpass-format";
import { cn } from "@/lib/utils";

/** How many users have a score in each range. With `onSelect`, a range filters the list of users. */
export function ScoreDistribution({
  ranges,
  selected,
  onSelect,
}: {
  ranges: ScoreRange[];
  selected?: string | null;
  onSelect?: (range: string | null) => void;
}) {
  const most = Math.max(1, ...ranges.map((range) => range.users));
  return (
    <Card>
      <CardHeader>
        <CardTitle>
          <h2>Score distribution</h2>
        </CardTitle>
        <CardDescription>
          {onSelect
            ? "Users by security score. Select a range to list its users."
            : "Users by security score."}
        </CardDescription>
      </CardHeader>
      <CardContent>
        <ul className="space-y-1">
          {ranges.map((range) => (
            <li key={range.range}>
              {onSelect ? (
                <button
                  type="button"
                  aria-pressed={selected === range.range}
                  className={cn(
                    rowClasses,
                    "cursor-pointer hover:bg-accent focus-visible:outline-2 aria-pressed:bg-accent aria-pressed:font-semibold",
                  )}
                  onClick={() => onSelect(selected === range.range ? null : range.range)}
                >
                  <Bar range={range} most={most} />
                </button>
              ) : (
                <div className={rowClasses}>
                  <Bar range={range} most={most} />
                </div>
              )}
            </li>
          ))}
        </ul>
      </CardContent>
    </Card>
  );
}

const rowClasses =
  "grid w-full grid-cols-[7.5rem_1fr] items-center gap-3 rounded-md px-2 py-1.5 text-left text-sm";

function Bar({ range, most }: { range: ScoreRange; most: number }) {
  return (
    <>
      <span className="tabular-nums">
        {range.range}: {formatNumber(range.users)}
      </span>
      <span aria-hidden="true" className="h-6 rounded-sm bg-muted">
        <span
          className={cn("block h-full rounded-sm", color(range))}
          style={{ width: `${(range.users / most) * 100}%` }}
        />
      </span>
    </>
  );
}

function color({ max }: ScoreRange): string {
  if (max <= 50) {
    return "bg-destructive";
  }
  return max <= 75 ? "bg-amber-700 dark:bg-amber-400" : "bg-emerald-700 dark:bg-emerald-400";
}

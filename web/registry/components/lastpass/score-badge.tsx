import { Unknown } from "@/components/lastpass/unknown";
import type { Risk } from "@/lib/lastpass";
import { formatNumber, riskLabels } from "@/lib/lastpass-format";
import { cn } from "@/lib/utils";

const colors: Record<Risk, string> = {
  high: "border-destructive text-destructive",
  medium: "border-warning text-warning",
  low: "border-success text-success",
};

/** A security score with its risk, in words and in colour. */
export function ScoreBadge({
  score,
  risk,
  reason,
}: {
  score: number | null;
  risk: Risk | null;
  /** Why the score is `null`. */
  reason?: string;
}) {
  if (score === null) {
    return <Unknown reason={reason} />;
  }
  return (
    <span className="inline-flex items-center gap-2 tabular-nums">
      {formatNumber(score)}
      {risk && (
        <span className={cn("rounded-full border px-2 py-0.5 text-xs font-medium", colors[risk])}>
          {riskLabels[risk]}
          <span className="sr-only"> risk</span>
        </span>
      )}
    </span>
  );
}

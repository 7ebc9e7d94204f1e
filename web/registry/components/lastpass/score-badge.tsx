import { Unknown } from "@/components/lastpass/unknown";
import type { Risk } from "@/lib/lastpass";
import { formatNumber, riskLabels, riskTones, toneClasses } from "@/lib/lastpass-format";
import { cn } from "@/lib/utils";

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
        <span
          className={cn(
            "rounded-full border px-2 py-0.5 text-xs font-medium",
            toneClasses[riskTones[risk]],
          )}
        >
          {riskLabels[risk]}
          <span className="sr-only"> risk</span>
        </span>
      )}
    </span>
  );
}

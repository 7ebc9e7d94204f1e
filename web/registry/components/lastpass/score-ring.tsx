import { cn } from "@/lib/utils";

const RADIUS = 45;
const CIRCUMFERENCE = 2 * Math.PI * RADIUS;

/** A score from 0 to 100 as a number in a ring. */
export function ScoreRing({ label, score }: { label: string; score: number | null }) {
  return (
    <div
      role="img"
      aria-label={`${label}: ${score === null ? "unknown" : `${score} of 100`}`}
      className="relative mx-auto aspect-square w-full max-w-48"
    >
      <svg viewBox="0 0 100 100" className="size-full -rotate-90">
        <circle cx="50" cy="50" r={RADIUS} fill="none" strokeWidth="8" className="stroke-muted" />
        {score !== null && (
          <circle
            cx="50"
            cy="50"
            r={RADIUS}
            fill="none"
            strokeWidth="8"
            strokeLinecap="round"
            strokeDasharray={`${(score / 100) * CIRCUMFERENCE} ${CIRCUMFERENCE}`}
            className={color(score)}
          />
        )}
      </svg>
      <div
        className={cn(
          "absolute inset-0 flex flex-col items-center justify-center",
          score === null && "text-muted-foreground",
        )}
      >
        <span className="text-5xl font-semibold tabular-nums">{score ?? "–"}</span>
        <span className="text-sm text-muted-foreground">of 100</span>
      </div>
    </div>
  );
}

function color(score: number): string {
  if (score < 50) {
    return "stroke-destructive";
  }
  return score > 75
    ? "stroke-emerald-700 dark:stroke-emerald-400"
    : "stroke-amber-700 dark:stroke-amber-400";
}

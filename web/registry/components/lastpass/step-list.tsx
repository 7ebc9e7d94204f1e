import { Badge } from "@/components/ui/badge";
import type { Step } from "@/lib/lastpass";
import {
  formatDateTime,
  stepLabels,
  stepNames,
  stepTones,
  toneClasses,
} from "@/lib/lastpass-format";

/** The steps of a change in their order, and how far each came. */
export function StepList({ steps }: { steps: Step[] }) {
  return (
    <ol aria-label="Steps" className="divide-y text-sm text-foreground">
      {steps.map(({ step, group, state, at }) => (
        <li
          key={`${step} ${group}`}
          className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-2"
        >
          <span className="min-w-0 wrap-anywhere">
            {stepNames[step]}
            {group !== undefined && (
              <>
                {" "}
                <bdi className="font-medium">{group}</bdi>
              </>
            )}
          </span>
          <span className="flex items-center gap-2">
            {at !== null && (
              <time dateTime={at} className="text-xs text-muted-foreground">
                {formatDateTime(at)}
              </time>
            )}
            <Badge variant="outline" className={toneClasses[stepTones[state]]}>
              {stepLabels[state]}
            </Badge>
          </span>
        </li>
      ))}
    </ol>
  );
}

"use client";

import { ErrorState } from "@/components/lastpass/view-states";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { useSync } from "@/hooks/use-sync";
import type { SyncPart } from "@/lib/lastpass";
import { formatNumber, toneClasses, type Tone } from "@/lib/lastpass-format";

const parts: Record<SyncPart["name"], string> = {
  people: "People read",
  figures: "Days of figures written",
  changes: "Open changes settled",
  retention: "Old rows deleted",
};

const statuses: Record<SyncPart["status"], [string, Tone]> = {
  done: ["Done", "good"],
  partial: ["Partly done", "warning"],
  failed: ["Failed", "bad"],
  skipped: ["Skipped", "neutral"],
};

/** Starts a sync, and shows how far each of its parts came. */
export function RunSync() {
  const { pending, outcome, run } = useSync();
  return (
    <div className="space-y-3">
      <Button variant="outline" size="sm" disabled={pending} onClick={run}>
        {pending ? "Running…" : "Run now"}
      </Button>
      <p role="status" className="empty:hidden">
        {pending && "People and figures are being stored. This may take minutes."}
        {outcome &&
          !outcome.error &&
          (outcome.complete
            ? "The sync is complete."
            : "The time was over before all of it was done: run it again.")}
      </p>
      {outcome?.error && <ErrorState error={outcome.error} onRetry={run} />}
      {outcome && outcome.parts.length > 0 && <Parts of={outcome.parts} />}
    </div>
  );
}

function Parts({ of }: { of: SyncPart[] }) {
  return (
    <ul aria-label="Parts of the sync" className="divide-y">
      {of.map(({ name, status, count, detail }) => {
        const [label, tone] = statuses[status];
        return (
          <li key={name} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
            <Badge variant="outline" className={toneClasses[tone]}>
              {label}
            </Badge>
            {parts[name]}: <span className="tabular-nums">{formatNumber(count)}</span>
            {detail && <span className="w-full wrap-anywhere text-muted-foreground">{detail}</span>}
          </li>
        );
      })}
    </ul>
  );
}

"use client";

import { Shield, ShieldAlert, ShieldCheck } from "lucide-react";

import { ErrorState, LoadingState } from "@/components/lastpass/view-states";
import { Button } from "@/components/ui/button";
import { Card, CardContent } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { useActions } from "@/hooks/use-lastpass";
import type { ChainStatus } from "@/lib/lastpass";
import { formatCount, formatDateTime, isNotRecorded } from "@/lib/lastpass-format";

/** Whether the record is as it was written, in words. The API verifies every row. */
export function RecordProof() {
  const { data, error, isValidating, mutate } = useActions({ verify: true, limit: 1 });
  if (error && !data) {
    return <ErrorState error={error} onRetry={() => void mutate()} />;
  }
  if (!data?.chain) {
    return (
      <LoadingState>
        <Skeleton className="h-28 rounded-xl" />
      </LoadingState>
    );
  }
  // Without tables there is nothing to prove, as the list says.
  if (isNotRecorded(data.meta)) {
    return null;
  }
  return (
    <Card>
      <CardContent className="flex flex-wrap items-start gap-x-4 gap-y-3 text-sm">
        <Finding chain={data.chain} />
        <div className="ml-auto flex flex-col items-end gap-1">
          <Button variant="outline" size="sm" disabled={isValidating} onClick={() => void mutate()}>
            {isValidating ? "Verifying…" : "Verify again"}
          </Button>
          <span className="text-xs text-muted-foreground">
            verified <time dateTime={data.meta.asOf}>{formatDateTime(data.meta.asOf)}</time>
          </span>
        </div>
      </CardContent>
    </Card>
  );
}

function Finding({ chain }: { chain: ChainStatus }) {
  const { ok, count, head, firstBadAction } = chain;
  const [Icon, tone] = !ok
    ? [ShieldAlert, "text-destructive"]
    : count === 0
      ? [Shield, "text-muted-foreground"]
      : [ShieldCheck, "text-emerald-700 dark:text-emerald-400"];
  return (
    <div role="status" className="flex min-w-0 flex-1 basis-72 gap-3">
      <Icon aria-hidden="true" className={`size-6 shrink-0 ${tone}`} />
      <div className="min-w-0 space-y-1">
        <p className={ok ? "font-medium" : "font-medium text-destructive"}>{finding(chain)}</p>
        {!ok && firstBadAction !== null && (
          <p className="break-all text-muted-foreground">It belongs to action {firstBadAction}.</p>
        )}
        {head !== null && (
          <p className="break-all text-muted-foreground">
            Head <code>{head}</code>
          </p>
        )}
        <p className="text-xs text-muted-foreground">
          {count > 0 &&
            "An action adds a row whenever one of its steps moves on, so there may be more rows than actions. "}
          To find out whether rows are missing at the end, compare the number and the head with the
          newest log line <code>record</code> of the functions.
        </p>
      </div>
    </div>
  );
}

function finding({ ok, count, firstBad }: ChainStatus): string {
  const rows = formatCount(count, "row");
  if (!ok) {
    return `${rows}, not intact: row ${firstBad} was changed, or rows before it were removed.`;
  }
  return count === 0
    ? "No rows: there is nothing to verify yet."
    : `${rows}, intact: each is as it was written.`;
}

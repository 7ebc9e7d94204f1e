"use client";

import { ShieldAlert, ShieldCheck } from "lucide-react";

import { ErrorState, LoadingState } from "@/components/lastpass/view-states";
import { Button } from "@/components/ui/button";
import { Card, CardContent } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { useActions } from "@/hooks/use-lastpass";
import type { ChainStatus } from "@/lib/lastpass";
import { formatDateTime, formatNumber } from "@/lib/lastpass-format";

/** Whether the record is as it was written, in words. The API verifies every entry. */
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

function Finding({ chain: { ok, count, head, firstBad, firstBadAction } }: { chain: ChainStatus }) {
  const rows = `${formatNumber(count)} ${count === 1 ? "row" : "rows"}`;
  const Icon = ok ? ShieldCheck : ShieldAlert;
  return (
    <div role="status" className="flex min-w-0 flex-1 basis-72 gap-3">
      <Icon
        aria-hidden="true"
        className={`size-6 shrink-0 ${ok ? "text-success" : "text-destructive"}`}
      />
      <div className="min-w-0 space-y-1">
        <p className={ok ? "font-medium" : "font-medium text-destructive"}>
          {ok
            ? `${rows}, intact: every entry is as it was written.`
            : `${rows}, not intact: entry ${firstBad} was changed, or entries before it were removed.`}
        </p>
        {!ok && firstBadAction !== null && (
          <p className="break-all text-muted-foreground">It belongs to action {firstBadAction}.</p>
        )}
        {head !== null && (
          <p className="break-all text-muted-foreground">
            Head <code>{head}</code>
          </p>
        )}
        <p className="text-xs text-muted-foreground">
          To find out whether entries are missing at the end, compare the number and the head with
          the newest log line <code>record</code> of the functions.
        </p>
      </div>
    </div>
  );
}

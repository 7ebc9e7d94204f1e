"use client";

import { Badge } from "@/components/ui/badge";
import type { Meta } from "@/lib/lastpass";
import { formatDateTime } from "@/lib/lastpass-format";

/** Where the data is from, and when it was read. */
export function FreshnessBadge({ meta }: { meta: Pick<Meta, "asOf" | "stale" | "source"> }) {
  return (
    <span className="flex items-center gap-2 text-sm text-muted-foreground">
      <Badge variant={meta.stale ? "destructive" : "outline"}>{label(meta)}</Badge>
      <span>
        as of <time dateTime={meta.asOf}>{formatDateTime(meta.asOf)}</time>
      </span>
    </span>
  );
}

/** Data this young has come from LastPass for this very request, or for one just before it. */
const LIVE_MILLISECONDS = 30_000;

function label({ source, stale, asOf }: Pick<Meta, "asOf" | "stale" | "source">): string {
  if (source === "demo") {
    return stale ? "Demo data, stale" : "Demo data";
  }
  if (source === "snapshot") {
    return "Snapshot";
  }
  if (stale) {
    return "Stale";
  }
  return Date.now() - Date.parse(asOf) < LIVE_MILLISECONDS ? "Live" : "Cached";
}

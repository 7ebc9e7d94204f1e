"use client";

import { Badge } from "@/components/ui/badge";
import type { AuditLogMeta, Meta } from "@/lib/lastpass";
import { formatDateTime, formatZonedTime } from "@/lib/lastpass-format";

/**
 * Where the data is from, and when it was read: in the zone of the reply's times, which the page names, else in that of the
 * browser, which this names for the whole page.
 */
export function FreshnessBadge({ meta }: { meta: Meta | AuditLogMeta }) {
  const asOf =
    "timeZone" in meta ? formatDateTime(meta.asOf, meta.timeZone) : formatZonedTime(meta.asOf);
  return (
    <span className="flex items-center gap-2 text-sm text-muted-foreground">
      <Badge variant={meta.stale ? "destructive" : "outline"}>{label(meta)}</Badge>
      <span>
        as of <time dateTime={meta.asOf}>{asOf}</time>
      </span>
    </span>
  );
}

/** Data this young has come from LastPass for this very request, or for one just before it. */
const LIVE_MILLISECONDS = 30_000;

function label({ source, stale, asOf }: Meta | AuditLogMeta): string {
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

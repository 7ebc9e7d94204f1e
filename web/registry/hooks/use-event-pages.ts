"use client";

import { useState } from "react";

import { useAuditLogs, useSession } from "@/hooks/use-lastpass";
import { api, ApiError, type AuditLog, type Query } from "@/lib/lastpass";

/** A log, page after page: `loadMore` adds the next page to those that are shown. */
export function useEventPages(query: Query<"audit-logs">) {
  const first = useAuditLogs(query);
  const session = useSession();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const [more, setMore] = useState<{ after: string; pages: AuditLog[] }>();

  const start = first.data?.nextCursor ?? null;
  // Pages that followed another first page are not shown: another filter, or new events.
  const pages = more && more.after === start ? more.pages : [];
  const next = pages.length > 0 ? (pages.at(-1)?.nextCursor ?? null) : start;

  async function loadMore() {
    if (start === null || next === null) {
      return;
    }
    setBusy(true);
    setError(undefined);
    try {
      const page = await api.get("audit-logs", { ...query, cursor: next });
      setMore({ after: start, pages: [...pages, page] });
    } catch (failure) {
      if (!(failure instanceof ApiError)) {
        throw failure;
      }
      setError(failure);
      if (failure.status === 401) {
        session.retry();
      }
    } finally {
      setBusy(false);
    }
  }

  return {
    log: first.data,
    error: first.error,
    isValidating: first.isValidating,
    refresh: first.mutate,
    events: [...(first.data?.events ?? []), ...pages.flatMap((page) => page.events)],
    more: next === null ? undefined : { busy, error, load: loadMore },
  };
}

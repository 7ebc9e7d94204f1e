"use client";

import { RefreshCw } from "lucide-react";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { ApiError } from "@/lib/lastpass";
import { cn } from "@/lib/utils";

/** Reads LastPass again, past the cache. */
export function RefreshButton({ onRefresh }: { onRefresh: () => Promise<unknown> }) {
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState("");

  async function refresh() {
    setBusy(true);
    setOutcome("");
    try {
      await onRefresh();
      setOutcome("Updated.");
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      setOutcome(error.message);
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <span
        role="status"
        className={["", "Updated."].includes(outcome) ? "sr-only" : "text-sm text-destructive"}
      >
        {outcome}
      </span>
      <Button variant="ghost" size="icon-sm" aria-label="Refresh" disabled={busy} onClick={refresh}>
        <RefreshCw aria-hidden="true" className={cn(busy && "animate-spin")} />
      </Button>
    </>
  );
}

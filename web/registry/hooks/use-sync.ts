"use client";

import { useState } from "react";
import { useSWRConfig } from "swr";

import { api, ApiError, type SyncPart } from "@/lib/lastpass";

/** Runs a sync. `parts` says how far it came, also when a part failed. */
export function useSync() {
  const { mutate } = useSWRConfig();
  const [pending, setPending] = useState(false);
  const [outcome, setOutcome] = useState<{
    parts: SyncPart[];
    complete: boolean;
    error?: ApiError;
  }>();

  async function run() {
    setPending(true);
    setOutcome(undefined);
    try {
      setOutcome(await api.sync());
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      setOutcome({ parts: error.parts, complete: false, error });
    } finally {
      setPending(false);
      // What is stored now may show everywhere; a 401 leads to the sign-in page.
      void mutate(() => true);
    }
  }

  return { pending, outcome, run };
}

"use client";

import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";

import { actionNames } from "@/lib/lastpass-format";
import type { Action, ActionOutcome } from "@/lib/lastpass";

const outcomes: ActionOutcome[] = ["confirmed", "sent", "partial", "failed", "unknown"];

const none = { email: null, actor: null, action: null, outcome: null, from: null, to: null };

const view = {
  email: parseAsString,
  actor: parseAsString,
  // The names are complete, as their type demands.
  action: parseAsStringLiteral(Object.keys(actionNames) as Action["action"][]),
  outcome: parseAsStringLiteral(outcomes),
  /** Days of the browser, such as 2026-11-28; both are included. */
  from: parseAsString,
  to: parseAsString,
  cursor: parseAsString,
};

/** The view that the URL describes: filters and page. */
export function useActionView() {
  const [{ cursor, ...filters }, set] = useQueryStates(view, { history: "push" });
  const { from, to, ...others } = filters;
  return {
    filters,
    cursor,
    /** The filters as the API takes them. The times of the record are shown in the browser's zone, so its days count. */
    query: { ...others, from: startOfDay(from, 0), to: startOfDay(to, 1) },
    filtered: Object.values(filters).some((value) => value !== null),
    /** Changes filters, and begins again at the first page. */
    change: (changes: Partial<typeof filters>) => void set({ ...changes, cursor: null }),
    clear: () => void set({ ...none, cursor: null }),
    goTo: (cursor: string | null) => void set({ cursor }),
  };
}

export type ActionView = ReturnType<typeof useActionView>;

/** When the day begins that is `later` days after `day`. */
function startOfDay(day: string | null, later: number): string | null {
  if (!day || !/^\d{4}-\d\d-\d\d$/.test(day)) {
    return null;
  }
  // Without a zone, it is the browser's.
  const start = new Date(`${day}T00:00:00`);
  if (Number.isNaN(start.getTime())) {
    return null;
  }
  start.setDate(start.getDate() + later);
  return start.toISOString();
}

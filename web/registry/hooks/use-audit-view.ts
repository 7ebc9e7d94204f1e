"use client";

import {
  parseAsArrayOf,
  parseAsString,
  parseAsStringLiteral,
  useQueryStates,
  type inferParserType,
} from "nuqs";
import { useCallback } from "react";

import type { AlertRule, EventType } from "@/lib/lastpass";
import { alertRuleLabels, eventTypeLabels } from "@/lib/lastpass-format";

// Both have a label for each value of their type.
export const eventTypes = Object.keys(eventTypeLabels) as EventType[];
const alertRules = Object.keys(alertRuleLabels) as AlertRule[];

/** The filters of the log, named as the API names them. */
const filters = {
  from: parseAsString,
  to: parseAsString,
  type: parseAsArrayOf(parseAsStringLiteral(eventTypes)),
  user: parseAsString,
  target: parseAsString,
  q: parseAsString,
  outcome: parseAsStringLiteral(["success", "failure"]),
  action: parseAsString,
  ip: parseAsString,
  alert: parseAsStringLiteral(alertRules),
};

export type AuditFilters = inferParserType<typeof filters>;

const none = {
  type: null,
  user: null,
  target: null,
  q: null,
  outcome: null,
  action: null,
  ip: null,
  alert: null,
};

/** The view of the log that the URL describes: the period and the filters. */
export function useAuditView() {
  const [state, set] = useQueryStates(filters, { history: "push" });
  const change = useCallback((changes: Partial<AuditFilters>) => void set(changes), [set]);
  return {
    filters: state,
    change,
    /** Removes every filter and keeps the period; `changes` are the filters to begin with. */
    clear: useCallback(
      (changes: Partial<AuditFilters> = {}) => void set({ ...none, ...changes }),
      [set],
    ),
  };
}

export type AuditView = ReturnType<typeof useAuditView>;

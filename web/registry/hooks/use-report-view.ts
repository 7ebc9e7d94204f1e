"use client";

import {
  parseAsArrayOf,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
  useQueryStates,
} from "nuqs";

import { columnIds, defaultColumns, type Sort } from "@/components/lastpass/user-columns";

const sorts: Sort[] = [
  "securityScore",
  "-securityScore",
  "email",
  "-email",
  "name",
  "-name",
  "department",
  "-department",
  "status",
  "-status",
  "lastLogin",
  "-lastLogin",
  "weakPasswords",
  "-weakPasswords",
];

const ranges = ["0-25", "26-50", "51-75", "76-100"] as const;

/** The filters of the list of users, named as the API names them. */
const filters = {
  q: parseAsString,
  status: parseAsStringLiteral(["active", "invited", "neverLoggedIn", "disabled"]),
  risk: parseAsStringLiteral(["high", "medium", "low"]),
  range: parseAsStringLiteral(ranges),
  department: parseAsString,
  group: parseAsString,
  mfa: parseAsString,
  inactiveDays: parseAsInteger,
};

const view = {
  ...filters,
  sort: parseAsStringLiteral(sorts).withDefault("securityScore"),
  cursor: parseAsString,
  columns: parseAsArrayOf(parseAsStringLiteral(columnIds)).withDefault(defaultColumns),
};

/** The view that the URL describes: filters, order, page, columns. */
export function useReportView() {
  const [state, set] = useQueryStates(view, { history: "push" });
  const { sort, cursor, columns, ...filters } = state;
  return {
    filters,
    sort,
    cursor,
    columns,
    filtered: Object.values(filters).some((value) => value !== null),
    /** Changes filters or order, and begins again at the first page. */
    change: (changes: Partial<Omit<typeof state, "cursor" | "columns">>) =>
      void set({ ...changes, cursor: null }),
    showRange: (range: string | null) =>
      void set({ range: ranges.find((known) => known === range) ?? null, cursor: null }),
    clear: () =>
      void set({
        q: null,
        status: null,
        risk: null,
        range: null,
        department: null,
        group: null,
        mfa: null,
        inactiveDays: null,
        cursor: null,
      }),
    goTo: (cursor: string | null) => void set({ cursor }),
    showColumns: (columns: typeof state.columns) => void set({ columns }),
  };
}

export type ReportView = ReturnType<typeof useReportView>;

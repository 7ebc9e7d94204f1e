"use client";

import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";

/** The filters of the list of shared folders, named as the API names them. */
const filters = {
  user: parseAsString,
  group: parseAsString,
  holders: parseAsStringLiteral(["disabled", "neverLoggedIn", "invited"]),
  withoutAdministrator: parseAsBoolean,
  deleted: parseAsBoolean,
};

const view = { ...filters, id: parseAsString, cursor: parseAsString };

const unfiltered = {
  user: null,
  group: null,
  holders: null,
  withoutAdministrator: null,
  deleted: null,
};

/** The view that the URL describes: filters, page, and the folder that is open. */
export function useFolderView() {
  const [{ id, cursor, ...filters }, set] = useQueryStates(view, { history: "push" });
  return {
    filters,
    id,
    cursor,
    filtered: Object.values(filters).some((value) => value !== null),
    /** Changes filters, and begins again at the first page. */
    change: (changes: Partial<typeof filters>) => void set({ ...changes, cursor: null }),
    clear: () => void set({ ...unfiltered, cursor: null }),
    goTo: (cursor: string | null) => void set({ cursor }),
    close: () => void set({ id: null }),
  };
}

export type FolderView = ReturnType<typeof useFolderView>;

"use client";

import { useGroups } from "@/hooks/use-lastpass";
import type { Group, Session } from "@/lib/lastpass";
import { roleLabels } from "@/lib/lastpass-format";

const LIMIT = 1000;

/** The groups that a form offers: all, or those with a text in their name. */
export function useGroupChoice(session: Session, q = "") {
  const query = q === "" ? { limit: LIMIT } : { limit: LIMIT, q };
  return useGroups(session.may.includes("GET groups") ? query : undefined);
}

/** Why this caller may not give the group. */
export function reasonAgainst({ role }: Group, session: Session): string | undefined {
  return role === null || session.role === "admin"
    ? undefined
    : `Grants the role ${roleLabels[role]} here: only an admin may give it.`;
}

"use client";

import { useState } from "react";

import { useDraft } from "@/hooks/use-draft";
import { useUsers } from "@/hooks/use-lastpass";
import type { Session } from "@/lib/lastpass";
import { formatNumber, statusLabels } from "@/lib/lastpass-format";
import { hasPage, permitted } from "@/lib/lastpass-pages";

const SHOWN = 8;

/** Something that the palette found, and where it is. */
export interface Found {
  href: string;
  label: string;
  detail?: string;
}

/** Pages that the role may see, by a part of their name; and people, whom the API finds. */
export function usePalette(session: Session) {
  const [q, setQ] = useState("");
  const { text, setText } = useDraft(q, setQ);
  const findsPeople = session.may.includes("GET users") && hasPage("/users");
  const { data, error, isLoading } = useUsers(
    findsPeople && q.trim() !== "" ? { q: q.trim(), limit: SHOWN } : undefined,
  );
  // Until the pause after typing is over, an earlier reply is not about this text.
  const waiting = text !== q || isLoading;
  const isCurrent = findsPeople && text.trim() !== "" && !waiting && !error;

  const pages: Found[] = permitted(session).filter(({ label }) =>
    label.toLowerCase().includes(text.trim().toLowerCase()),
  );
  const people: Found[] = isCurrent
    ? (data?.users ?? []).map(({ email, name, status }) => ({
        href: `/users?${new URLSearchParams({ email })}`,
        label: name ?? email,
        detail: `${name === null ? "" : `${email} · `}${statusLabels[status]}`,
      }))
    : [];
  const total = isCurrent ? (data?.total ?? people.length) : 0;
  if (total > people.length) {
    people.push({
      href: `/users?${new URLSearchParams({ q: text.trim() })}`,
      label: `All ${formatNumber(total)} people who match`,
    });
  }
  return {
    text,
    setText,
    findsPeople,
    waiting: findsPeople && waiting,
    error,
    pages,
    people,
    total,
  };
}

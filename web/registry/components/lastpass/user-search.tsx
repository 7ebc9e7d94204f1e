"use client";

import Link from "next/link";
import { parseAsString, useQueryStates } from "nuqs";
import { useCallback, type ReactNode } from "react";

import { Pager } from "@/components/lastpass/pager";
import { SearchInput } from "@/components/lastpass/search-input";
import { StatusBadge } from "@/components/lastpass/status-badge";
import { EmptyState, ListFrame } from "@/components/lastpass/view-states";
import { useUsers } from "@/hooks/use-lastpass";

const PAGE_SIZE = 25;

/** Finds a user by a part of the name or the address. */
export function UserSearch({
  title,
  children,
  page,
}: {
  title: string;
  children?: ReactNode;
  /** The page that shows the user whose `email` its URL has. */
  page: string;
}) {
  const [{ q, cursor }, set] = useQueryStates(
    { q: parseAsString.withDefault(""), cursor: parseAsString },
    { history: "push" },
  );
  const read = useUsers({ q, cursor, limit: PAGE_SIZE });
  const search = useCallback((text: string) => void set({ q: text || null, cursor: null }), [set]);
  return (
    <div className="mx-auto max-w-3xl space-y-4">
      <h1 className="text-2xl font-semibold">{title}</h1>
      {children}
      <SearchInput label="Search name or address" value={q} onChange={search} />
      <ListFrame read={read} entry="user">
        {(list) =>
          list.users.length > 0 ? (
            <>
              <ul className="divide-y rounded-xl border bg-card">
                {list.users.map((user) => (
                  <li key={user.email}>
                    <Link
                      href={`${page}?${new URLSearchParams({ email: user.email })}`}
                      className="flex items-center justify-between gap-3 px-4 py-2.5 text-sm hover:bg-accent"
                    >
                      <span className="min-w-0 wrap-anywhere">
                        <bdi className="font-medium">{user.name ?? user.email}</bdi>
                        <bdi className="block text-muted-foreground">{user.name && user.email}</bdi>
                      </span>
                      <StatusBadge status={user.status} />
                    </Link>
                  </li>
                ))}
              </ul>
              <Pager
                key={q}
                rows={list.users.length}
                total={list.total}
                limit={PAGE_SIZE}
                cursor={cursor}
                nextCursor={list.nextCursor}
                onPage={(cursor) => void set({ cursor })}
              />
            </>
          ) : q ? (
            <EmptyState title="No user matches">
              Search for another part of a name or address. LastPass lists no one who has left.
            </EmptyState>
          ) : (
            <EmptyState title="No LastPass users yet">
              As soon as LastPass lists users, they appear here.
            </EmptyState>
          )
        }
      </ListFrame>
    </div>
  );
}

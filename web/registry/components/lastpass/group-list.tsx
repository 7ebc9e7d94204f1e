"use client";

import Link from "next/link";
import { parseAsString, useQueryStates } from "nuqs";
import { useCallback } from "react";

import { FreshnessBadge } from "@/components/lastpass/freshness-badge";
import { None } from "@/components/lastpass/none";
import { Pager } from "@/components/lastpass/pager";
import { SearchInput } from "@/components/lastpass/search-input";
import { Unknown } from "@/components/lastpass/unknown";
import { EmptyState, ListFrame } from "@/components/lastpass/view-states";
import { Button } from "@/components/ui/button";
import {
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
} from "@/components/ui/table";
import { useGroups } from "@/hooks/use-lastpass";
import type { GroupList as Groups } from "@/lib/lastpass";
import { formatNumber, reasonOf, roleLabels } from "@/lib/lastpass-format";

const PAGE_SIZE = 25;

/** The groups of the company: how many are in each, the department it stands for, and the role it grants. */
export function GroupList() {
  const [{ q, cursor }, set] = useQueryStates(
    { q: parseAsString.withDefault(""), cursor: parseAsString },
    { history: "push" },
  );
  const read = useGroups({ q, cursor, limit: PAGE_SIZE });
  const search = useCallback((text: string) => void set({ q: text || null, cursor: null }), [set]);
  return (
    <div className="mx-auto max-w-4xl space-y-4">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h1 className="text-2xl font-semibold">Groups</h1>
        {read.data && <FreshnessBadge meta={read.data.meta} />}
      </div>
      <SearchInput label="Search groups" value={q} onChange={search} />
      <ListFrame read={read} entry="group">
        {(list) =>
          list.groups.length > 0 ? (
            <>
              <div className="rounded-xl border bg-card">
                <GroupTable list={list} />
              </div>
              <Pager
                key={q}
                rows={list.groups.length}
                total={list.total}
                limit={PAGE_SIZE}
                cursor={cursor}
                nextCursor={list.nextCursor}
                onPage={(cursor) => void set({ cursor })}
              />
            </>
          ) : q === "" ? (
            <EmptyState title="No groups yet">
              LastPass lists a group as soon as it has a member.
            </EmptyState>
          ) : (
            <EmptyState title="No group matches">
              <Button variant="outline" size="sm" className="mt-2" onClick={() => search("")}>
                Clear the search
              </Button>
            </EmptyState>
          )
        }
      </ListFrame>
    </div>
  );
}

function GroupTable({ list: { groups, meta } }: { list: Groups }) {
  return (
    <Table
      aria-label="Groups"
      className="table-fixed [&_td]:wrap-anywhere [&_td]:whitespace-normal [&_th]:whitespace-normal"
    >
      <TableHeader>
        <TableRow>
          <TableHead scope="col" className="w-3/5 sm:w-2/5">
            Group
          </TableHead>
          <TableHead scope="col">Members</TableHead>
          <TableHead scope="col" className="max-sm:hidden">
            Department
          </TableHead>
          <TableHead scope="col" className="max-sm:hidden">
            Role here
          </TableHead>
        </TableRow>
      </TableHeader>
      <TableBody>
        {groups.map(({ name, members, department, role }) => (
          <TableRow key={name}>
            <TableCell>
              <Link
                href={`/groups?${new URLSearchParams({ group: name })}`}
                prefetch={false}
                className="font-medium underline-offset-4 hover:underline"
              >
                <bdi>{name}</bdi>
              </Link>
              <span className="block text-xs text-muted-foreground empty:hidden sm:hidden">
                {[department, role && `role ${roleLabels[role]}`].filter(Boolean).join(", ")}
              </span>
            </TableCell>
            <TableCell className="tabular-nums">
              {members === null ? (
                <Unknown reason={reasonOf(meta, "groups.members")} />
              ) : (
                formatNumber(members)
              )}
            </TableCell>
            <TableCell className="max-sm:hidden">
              {department ?? <None reason="of no department" />}
            </TableCell>
            <TableCell className="max-sm:hidden">
              {role === null ? <None reason="grants no role" /> : roleLabels[role]}
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

"use client";

import { useState } from "react";

import { Isolated } from "@/components/lastpass/isolated";
import { PageLink } from "@/components/lastpass/page-link";
import { SearchInput } from "@/components/lastpass/search-input";
import { SiteList } from "@/components/lastpass/site-list";
import { StatusBadge } from "@/components/lastpass/status-badge";
import { Unknown } from "@/components/lastpass/unknown";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Label } from "@/components/ui/label";
import {
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
} from "@/components/ui/table";
import type { FolderUser, Meta } from "@/lib/lastpass";
import { formatCount, formatNumber, reasonOf, rightsLabels, viaText } from "@/lib/lastpass-format";

/** A folder can be open to the whole company: more rows than this appear on request. */
const FIRST_ROWS = 100;

/** Everyone who can open a folder. The API returns all of them at once. */
export function FolderPeople({
  people,
  meta,
  linked,
}: {
  people: FolderUser[];
  meta: Meta;
  /** Whether the role may see a user's details. */
  linked: boolean;
}) {
  const [text, setText] = useState("");
  const [staleOnly, setStaleOnly] = useState(false);
  const [all, setAll] = useState(false);
  const stale = people.filter(isStale);
  const found = (staleOnly ? stale : people).filter((user) => matches(user, text));
  const shown = all ? found : found.slice(0, FIRST_ROWS);
  return (
    <section aria-labelledby="people-heading" className="space-y-4">
      <h2 id="people-heading" className="text-lg font-semibold">
        Who can open it
      </h2>
      <div className="grid items-center gap-x-6 gap-y-3 sm:grid-cols-[minmax(0,24rem)_auto]">
        <SearchInput label="Search person, group or site" value={text} onChange={setText} />
        <div className="flex items-center gap-2">
          <Checkbox
            id="stale-only"
            checked={staleOnly}
            onCheckedChange={(checked) => setStaleOnly(checked === true)}
          />
          <Label htmlFor="stale-only">
            Only disabled, invited or never logged in ({formatNumber(stale.length)})
          </Label>
        </div>
      </div>
      <p role="status" className="text-sm text-muted-foreground tabular-nums">
        {found.length === people.length
          ? formatCount(people.length, "person", "people")
          : `${formatNumber(found.length)} of ${formatCount(people.length, "person", "people")}`}
      </p>
      {shown.length > 0 && (
        <div className="rounded-xl border bg-card">
          <PeopleTable people={shown} meta={meta} linked={linked} />
        </div>
      )}
      {shown.length < found.length && (
        <Button variant="outline" size="sm" onClick={() => setAll(true)}>
          Show all {formatNumber(found.length)}
        </Button>
      )}
    </section>
  );
}

function PeopleTable({
  people,
  meta,
  linked,
}: {
  people: FolderUser[];
  meta: Meta;
  linked: boolean;
}) {
  return (
    <Table
      aria-label="People"
      className="max-md:block md:table-fixed [&_td]:wrap-anywhere [&_td]:whitespace-normal max-md:[&_tbody]:block max-md:[&_td]:inline-block max-md:[&_td]:px-1.5 max-md:[&_td]:py-1 max-md:[&_td:first-child]:block max-md:[&_td:last-child]:block max-md:[&_thead]:sr-only max-md:[&_tr]:block max-md:[&_tr]:px-1.5 max-md:[&_tr]:py-2"
    >
      <TableHeader>
        <TableRow>
          <TableHead scope="col" className="w-1/3">
            Person
          </TableHead>
          <TableHead scope="col">Account</TableHead>
          <TableHead scope="col">Rights</TableHead>
          <TableHead scope="col">Access</TableHead>
          <TableHead scope="col">Passwords</TableHead>
          <TableHead scope="col">Sites</TableHead>
        </TableRow>
      </TableHeader>
      <TableBody>
        {people.map((user) => (
          <TableRow key={user.email}>
            <TableCell>
              <Person user={user} linked={linked} />
            </TableCell>
            <TableCell>
              {user.status === null ? (
                <Unknown reason="LastPass lists no such user" />
              ) : (
                <StatusBadge status={user.status} />
              )}
            </TableCell>
            <TableCell>
              {rightsLabels[rightsOf(user)]}
              {user.superAdmin && (
                <Badge variant="secondary" className="ml-2">
                  Super admin
                </Badge>
              )}
            </TableCell>
            <TableCell>
              <Ways user={user} />
            </TableCell>
            <TableCell>{user.passwordsVisible ? "Sees passwords" : "Passwords hidden"}</TableCell>
            <TableCell>
              <SiteList sites={user.sites} reason={reasonOf(meta, "folder.people.sites")} />
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function Person({ user, linked }: { user: FolderUser; linked: boolean }) {
  return (
    <>
      {linked && user.status !== null ? (
        <PageLink
          href={`/users?${new URLSearchParams({ email: user.email })}`}
          className="underline-offset-4 hover:underline"
        >
          <bdi className="font-medium">{user.email}</bdi>
        </PageLink>
      ) : (
        <bdi className="font-medium">{user.email}</bdi>
      )}
      <bdi className="block text-muted-foreground">{user.name}</bdi>
    </>
  );
}

/** The way with the highest rights first, then the other groups. */
function Ways({ user: { via, groups } }: { user: FolderUser }) {
  const others = groups.filter((group) => group !== via);
  return (
    <>
      <bdi>{viaText(via)}</bdi>
      {others.length > 0 && (
        <span className="block text-muted-foreground">
          also through{" "}
          {others.map((group, index) => (
            <span key={group}>
              {index > 0 && ", "}
              <Isolated>{group}</Isolated>
            </span>
          ))}
        </span>
      )}
    </>
  );
}

function rightsOf({ canAdminister, readOnly }: FolderUser) {
  return canAdminister ? "administer" : readOnly ? "readOnly" : "write";
}

function isStale({ status }: FolderUser): boolean {
  return status !== null && status !== "active";
}

function matches({ email, name, groups, sites }: FolderUser, text: string): boolean {
  const wanted = text.toLowerCase();
  return [email, name ?? "", ...groups, ...(sites ?? [])].some((value) =>
    value.toLowerCase().includes(wanted),
  );
}

"use client";

import { useRef } from "react";

import { CsvButton } from "@/components/lastpass/csv-button";
import { FolderFilters } from "@/components/lastpass/folder-filters";
import { FolderTable } from "@/components/lastpass/folder-table";
import { FolderViews } from "@/components/lastpass/folder-views";
import { FreshnessBadge } from "@/components/lastpass/freshness-badge";
import { Isolated } from "@/components/lastpass/isolated";
import { PageLink } from "@/components/lastpass/page-link";
import { Pager } from "@/components/lastpass/pager";
import { RefreshButton } from "@/components/lastpass/refresh-button";
import { EmptyState, ListFrame } from "@/components/lastpass/view-states";
import { Button } from "@/components/ui/button";
import type { FolderView } from "@/hooks/use-folder-view";
import { useSharedFolders, useUser } from "@/hooks/use-lastpass";
import { api, type Session, type SharedFolderList } from "@/lib/lastpass";
import { cn } from "@/lib/utils";

const PAGE_SIZE = 25;

/** Shared folders: who can open them, who no longer should, and what one person can open. */
export function SharedFolders({ view, session }: { view: FolderView; session: Session }) {
  const { filters, cursor } = view;
  const query = { ...filters, cursor, limit: PAGE_SIZE };
  const read = useSharedFolders(query);
  return (
    <div className="space-y-6">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="text-2xl font-semibold">Shared folders</h1>
        <div className="flex items-center gap-3 sm:ml-auto">
          {read.data && <FreshnessBadge meta={read.data.meta} />}
          {session.role === "admin" && (
            <RefreshButton
              onRefresh={() =>
                read.mutate(api.get("shared-folders", { ...query, fresh: true }), {
                  revalidate: false,
                })
              }
            />
          )}
        </div>
      </div>
      <FolderViews current={filters} />
      <FolderFilters view={view} session={session} />
      <ListFrame read={read} entry="folder">
        {(list) => (
          <FolderList list={list} view={view} session={session} loading={read.isValidating} />
        )}
      </ListFrame>
    </div>
  );
}

function FolderList({
  list,
  view,
  session,
  loading,
}: {
  list: SharedFolderList;
  view: FolderView;
  session: Session;
  loading: boolean;
}) {
  const { filters } = view;
  const heading = useRef<HTMLHeadingElement>(null);
  const listsUsers = session.may.includes("GET users");
  const { data: found, error } = useUser((listsUsers && filters.user) || undefined);
  const person = found?.user;
  if (error?.code === "unknown-user") {
    return (
      <EmptyState title={`LastPass has no user ${filters.user}`}>
        Choose one of the suggestions, or enter another address.
      </EmptyState>
    );
  }
  if (list.total === 0) {
    return (
      <EmptyState title={view.filtered ? emptyTitle(filters) : "No shared folders"}>
        {view.filtered ? (
          <Button variant="outline" size="sm" className="mt-2" onClick={view.clear}>
            Show all folders
          </Button>
        ) : (
          "As soon as LastPass lists shared folders, they appear here."
        )}
      </EmptyState>
    );
  }
  return (
    <section aria-labelledby="folders-heading" className="space-y-4">
      <div className="flex flex-wrap items-center gap-3">
        <h2 ref={heading} id="folders-heading" className="text-lg font-semibold wrap-anywhere">
          {filters.user ? (
            <>
              What <PersonName email={filters.user} name={person?.name} linked={listsUsers} /> can
              open
            </>
          ) : (
            "Folders"
          )}
        </h2>
        <div className="ml-auto flex flex-wrap items-center gap-2">
          <CsvButton route="shared-folders" query={filters} />
        </div>
      </div>
      <div
        aria-busy={loading}
        className={cn("rounded-xl border bg-card transition-opacity", loading && "opacity-60")}
      >
        <FolderTable
          folders={list.folders}
          meta={list.meta}
          access={person?.folders ? new Map(person.folders.map((f) => [f.id, f])) : undefined}
        />
      </div>
      <Pager
        key={JSON.stringify(filters)}
        rows={list.folders.length}
        total={list.total}
        limit={PAGE_SIZE}
        cursor={view.cursor}
        nextCursor={list.nextCursor}
        onPage={(cursor) => {
          view.goTo(cursor);
          heading.current?.scrollIntoView();
        }}
      />
    </section>
  );
}

function PersonName({
  email,
  name,
  linked,
}: {
  email: string;
  name?: string | null;
  linked: boolean;
}) {
  const text = <Isolated>{name ?? email}</Isolated>;
  return linked ? (
    <PageLink
      href={`/users?${new URLSearchParams({ email })}`}
      className="text-primary underline-offset-4 hover:underline"
    >
      {text}
    </PageLink>
  ) : (
    text
  );
}

function emptyTitle({ user, group, withoutAdministrator }: FolderView["filters"]): string {
  if (user) {
    return `No shared folder is open to ${user}`;
  }
  if (group) {
    return `No shared folder is open through the group ${group}`;
  }
  return withoutAdministrator ? "Every folder has an active administrator" : "No folder matches";
}

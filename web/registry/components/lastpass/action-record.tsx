"use client";

import { useRef } from "react";

import { ActionFilters } from "@/components/lastpass/action-filters";
import { ActionRow } from "@/components/lastpass/action-row";
import { CsvButton } from "@/components/lastpass/csv-button";
import { Pager } from "@/components/lastpass/pager";
import { RecordProof } from "@/components/lastpass/record-proof";
import { EmptyState, ListFrame } from "@/components/lastpass/view-states";
import { Button } from "@/components/ui/button";
import { useActionView, type ActionView } from "@/hooks/use-action-view";
import { useActions } from "@/hooks/use-lastpass";
import type { ActionList, Session } from "@/lib/lastpass";
import { isNotRecorded } from "@/lib/lastpass-format";
import { cn } from "@/lib/utils";

const PAGE_SIZE = 25;

/** The audit record: who changed or exported what through this app, how it ended, and the proof that it is unchanged. */
export function ActionRecord({ session }: { session: Session }) {
  const view = useActionView();
  const read = useActions({ ...view.query, cursor: view.cursor, limit: PAGE_SIZE });
  const ownOnly = session.role === "provisioner";
  return (
    <div className="space-y-6">
      <div>
        <h1 className="text-2xl font-semibold">Change record</h1>
        <p className="text-sm text-muted-foreground">
          {ownOnly
            ? "What you changed through this app. Times are those of this browser."
            : "What was changed and exported through this app. Times are those of this browser."}
        </p>
      </div>
      {!ownOnly && <RecordProof />}
      <ActionFilters view={view} ownOnly={ownOnly} />
      <ListFrame read={read} entry="action">
        {(list) => <Page list={list} view={view} session={session} loading={read.isValidating} />}
      </ListFrame>
    </div>
  );
}

function Page({
  list,
  view,
  session,
  loading,
}: {
  list: ActionList;
  view: ActionView;
  session: Session;
  loading: boolean;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  if (isNotRecorded(list.meta)) {
    return null;
  }
  if (list.total === 0) {
    return view.filtered ? (
      <EmptyState title="No recorded action matches these filters">
        <Button variant="outline" size="sm" className="mt-2" onClick={view.clear}>
          Clear filters
        </Button>
      </EmptyState>
    ) : (
      <EmptyState title="Nothing is recorded yet">
        Each change and each export through this app appears here.
      </EmptyState>
    );
  }
  return (
    <section aria-labelledby="actions-heading" className="space-y-4">
      <div className="flex flex-wrap items-center gap-3">
        <h2 ref={heading} id="actions-heading" className="text-lg font-semibold">
          Actions
        </h2>
        <div className="ml-auto flex flex-wrap items-center gap-2">
          <CsvButton route="actions" query={view.query} />
        </div>
      </div>
      <ul
        aria-busy={loading}
        aria-label="Actions"
        className={cn(
          "divide-y rounded-xl border bg-card transition-opacity",
          loading && "opacity-60",
        )}
      >
        {list.actions.map((action) => (
          <ActionRow key={action.id} action={action} session={session} />
        ))}
      </ul>
      <Pager
        key={JSON.stringify(view.filters)}
        rows={list.actions.length}
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

"use client";

import { parseAsString, useQueryState } from "nuqs";
import { useState } from "react";

import { Pager } from "@/components/lastpass/pager";
import { UserLine } from "@/components/lastpass/user-line";
import { EmptyState, ListFrame } from "@/components/lastpass/view-states";
import { Button } from "@/components/ui/button";
import { useUsers, type useChange } from "@/hooks/use-lastpass";

const PAGE_SIZE = 25;

/** The members of a group, page by page. With `change` each can be removed, after one question. */
export function GroupMembers({
  group,
  change,
}: {
  group: string;
  change?: ReturnType<typeof useChange<"groups">>;
}) {
  const [cursor, setCursor] = useQueryState("members", parseAsString);
  const [asked, setAsked] = useState<string>();
  const read = useUsers({ group, cursor, limit: PAGE_SIZE });
  return (
    <section aria-labelledby="members-heading" className="space-y-3">
      <h2 id="members-heading" className="text-lg font-semibold">
        Members
      </h2>
      <ListFrame read={read} entry="member">
        {(list) =>
          list.users.length > 0 ? (
            <>
              <ul className="divide-y rounded-xl border bg-card">
                {list.users.map((user) => (
                  <UserLine key={user.email} user={user}>
                    {change &&
                      (asked === user.email ? (
                        <span className="flex gap-2">
                          <Button
                            variant="destructive"
                            size="sm"
                            disabled={change.pending || change.unsettled}
                            onClick={() => {
                              setAsked(undefined);
                              void change.submit({ email: user.email, remove: [group] });
                            }}
                          >
                            Yes, remove
                          </Button>
                          <Button
                            variant="outline"
                            size="sm"
                            autoFocus
                            onClick={() => setAsked(undefined)}
                          >
                            Keep
                          </Button>
                        </span>
                      ) : (
                        <Button
                          variant="outline"
                          size="sm"
                          aria-label={`Remove ${user.name ?? user.email}`}
                          disabled={change.pending || change.unsettled}
                          onClick={() => setAsked(user.email)}
                        >
                          Remove
                        </Button>
                      ))}
                  </UserLine>
                ))}
              </ul>
              <Pager
                rows={list.users.length}
                total={list.total}
                limit={PAGE_SIZE}
                cursor={cursor}
                nextCursor={list.nextCursor}
                onPage={(cursor) => void setCursor(cursor)}
              />
            </>
          ) : (
            <EmptyState title="No members">
              LastPass does not say which groups an invited user will be in.
            </EmptyState>
          )
        }
      </ListFrame>
    </section>
  );
}

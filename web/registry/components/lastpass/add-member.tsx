"use client";

import { useState } from "react";

import { SearchInput } from "@/components/lastpass/search-input";
import { UserLine } from "@/components/lastpass/user-line";
import { ErrorState } from "@/components/lastpass/view-states";
import { Button } from "@/components/ui/button";
import { useUsers, type useChange } from "@/hooks/use-lastpass";
import { formatCount, formatNumber } from "@/lib/lastpass-format";

const SHOWN = 8;

/** Finds a user, and adds them to a group. */
export function AddMember({
  group,
  change,
}: {
  group: string;
  change: ReturnType<typeof useChange<"groups">>;
}) {
  const [q, setQ] = useState("");
  const { data, error, mutate } = useUsers(q === "" ? undefined : { q, limit: SHOWN });
  const found = q === "" ? undefined : data;
  const total = found && (found.total ?? found.users.length);
  return (
    <section aria-labelledby="add-heading" className="space-y-3">
      <h2 id="add-heading" className="text-lg font-semibold">
        Add a member
      </h2>
      <SearchInput label="Search for a user to add" value={q} onChange={setQ} />
      {error && q !== "" && <ErrorState error={error} onRetry={() => void mutate()} />}
      <p role="status" className="text-sm text-muted-foreground empty:hidden">
        {total !== undefined &&
          (total > SHOWN
            ? `The first ${SHOWN} of ${formatNumber(total)} users. Type more of the name or address.`
            : `${formatCount(total, "user")} found`)}
      </p>
      {found && found.users.length > 0 && (
        <ul className="divide-y rounded-xl border bg-card">
          {found.users.map((user) => (
            <UserLine key={user.email} user={user}>
              {user.groups.includes(group) ? (
                <span className="text-muted-foreground">Member</span>
              ) : (
                <Button
                  size="sm"
                  aria-label={`Add ${user.name ?? user.email}`}
                  disabled={change.pending || change.unsettled}
                  onClick={() => void change.submit({ email: user.email, add: [group] })}
                >
                  Add
                </Button>
              )}
            </UserLine>
          ))}
        </ul>
      )}
    </section>
  );
}

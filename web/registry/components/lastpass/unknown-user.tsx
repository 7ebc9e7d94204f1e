"use client";

import { LeaverSearch } from "@/components/lastpass/leaver-search";
import { UserPages } from "@/components/lastpass/user-pages";
import { EmptyState } from "@/components/lastpass/view-states";
import { Button } from "@/components/ui/button";
import type { DetailQuery, Session } from "@/lib/lastpass";

/** No user has this address or id: what the reason may be, and what to do. */
export function UnknownUser({
  user,
  session,
  onReadAgain,
}: {
  user: DetailQuery<"users">;
  session: Session;
  onReadAgain: () => void;
}) {
  return (
    <div className="space-y-6">
      {"id" in user ? (
        <EmptyState title="No user has this id">
          LastPass does not list it, and no one with it is known to have left. Where sync stores
          people in a database, it notices at its second run without a person that they have left.
        </EmptyState>
      ) : (
        <EmptyState title="LastPass lists no user with this address">
          <p>Check the spelling. If the account was created just now, read LastPass again.</p>
          <Button variant="outline" size="sm" className="mt-3" onClick={onReadAgain}>
            Read LastPass again
          </Button>
        </EmptyState>
      )}
      {"email" in user && <UserPages email={user.email} isListed={false} session={session} />}
      <LeaverSearch />
    </div>
  );
}

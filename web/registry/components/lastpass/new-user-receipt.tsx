"use client";

import { ChangeReceipt } from "@/components/lastpass/change-receipt";
import { NewUserFacts } from "@/components/lastpass/new-user-facts";
import { ReinviteButton } from "@/components/lastpass/reinvite-button";
import { UserLink } from "@/components/lastpass/user-link";
import { Button } from "@/components/ui/button";
import type { ProvisionedUser, Session } from "@/lib/lastpass";

/** What became of a new account, and what to do next. */
export function NewUserReceipt({
  reply,
  session,
  onAnother,
}: {
  reply: ProvisionedUser;
  session: Session;
  onAnother: () => void;
}) {
  const { email } = reply.user;
  return (
    <div className="space-y-4">
      <ChangeReceipt reply={reply}>
        <NewUserFacts user={reply.user} />
        {reply.invitation === "sent" && (
          <p className="text-sm text-muted-foreground">
            LastPass invites the new user by e-mail to set a master password. There is no temporary
            password and no setup link. If the mail does not arrive, check the spam folder, then
            send it again.
          </p>
        )}
      </ChangeReceipt>
      <div className="flex flex-wrap items-start gap-3">
        <Button size="sm" onClick={onAnother}>
          Create another
        </Button>
        {!reply.dryRun && session.may.includes("POST users") && <ReinviteButton email={email} />}
        {!reply.dryRun && session.may.includes("GET users") && (
          <span className="py-1 text-sm">
            <UserLink email={email} />
          </span>
        )}
      </div>
    </div>
  );
}

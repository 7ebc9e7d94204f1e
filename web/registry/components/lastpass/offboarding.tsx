"use client";

import Link from "next/link";
import { useState, type ReactNode } from "react";

import { ChangeProblem } from "@/components/lastpass/change-problem";
import { ChangeReceipt } from "@/components/lastpass/change-receipt";
import { Isolated } from "@/components/lastpass/isolated";
import { OffboardingForm } from "@/components/lastpass/offboarding-form";
import { OtherChange } from "@/components/lastpass/other-change";
import { RotationList } from "@/components/lastpass/rotation-list";
import { StatusBadge } from "@/components/lastpass/status-badge";
import { ErrorState, LoadingState } from "@/components/lastpass/view-states";
import { Warnings } from "@/components/lastpass/warnings";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { useActions, useChange, useUser } from "@/hooks/use-lastpass";
import type { Action, UserDetail } from "@/lib/lastpass";
import { actionNames, formatDateTime, formatZonedTime } from "@/lib/lastpass-format";
import { hasPage } from "@/lib/lastpass-pages";

const offboardings = ["deactivate", "remove", "delete"];

/** The off-boarding of one person, from the impact to the rotation list. */
export function Offboarding({ email }: { email: string }) {
  const user = useUser(email);
  const record = useActions({ email, limit: 25 });
  const change = useChange("users");
  const { reply } = change;
  const isGone = user.error?.code === "unknown-user";
  // After a change the account is shown as it is then.
  const isOutdated = reply !== undefined && !reply.dryRun && user.isValidating;
  const last = lastOffboarding(record.data?.actions ?? []);
  // A refused read leaves the last reply in place.
  const person = isGone ? undefined : user.data?.user;
  return (
    <div className="space-y-6">
      {person && <PersonHeading user={person} />}
      {person && user.data && <Warnings meta={user.data.meta} />}
      {isGone && (
        <div className="print:hidden">
          <h1 className="text-2xl font-semibold break-all">{email}</h1>
          {last && (
            <p className="text-sm text-muted-foreground">LastPass no longer has this account.</p>
          )}
        </div>
      )}
      {user.error && !(isGone && last) && !reply && (
        <ErrorState error={user.error} onRetry={() => void user.mutate()} />
      )}
      {!person && !user.error && <LoadingPerson />}
      <div className="empty:hidden print:hidden">
        <ChangeProblem change={change} fields={["confirm"]} />
      </div>
      {reply && (
        <div className="print:hidden">
          <ChangeReceipt key={reply.actionId ?? reply.message} reply={reply} />
        </div>
      )}
      {last?.outcome === "unknown" && !change.unsettled && !change.pending && (
        <p role="status" className="rounded-lg border bg-card px-4 py-3 text-sm print:hidden">
          It is not known yet how &ldquo;{actionNames[last.action]}&rdquo; of{" "}
          {formatDateTime(last.at)} ended. Repeat it below: the earlier one is settled first, and
          nothing is done twice.
        </p>
      )}
      {person && !change.unsettled && !isOutdated && (
        <OtherChange
          status={person.status}
          pending={change.pending}
          onSubmit={(action) => void change.submit({ email: person.email, action })}
        />
      )}
      {last?.impact && last.outcome !== "failed" && (
        <RotationList
          key={last.id}
          action={last}
          impact={last.impact}
          name={person?.name ?? undefined}
        />
      )}
      {person && person.status !== "invited" && !change.unsettled && !isOutdated && (
        <Disclosed
          key={person.status}
          label="Remove or delete the account"
          isOpen={person.status !== "disabled"}
        >
          <OffboardingForm
            user={person}
            pending={change.pending}
            error={change.error}
            onSubmit={(body) => void change.submit(body)}
          />
        </Disclosed>
      )}
    </div>
  );
}

/** The latest off-boarding of the account, unless it was restored or created again since. */
function lastOffboarding(actions: Action[]): Action | undefined {
  const newest = actions.find(
    ({ action, outcome }) =>
      outcome !== "failed" && [...offboardings, "restore", "provision"].includes(action),
  );
  return newest && offboardings.includes(newest.action) ? newest : undefined;
}

/** For an account that is disabled already, the form appears on request. */
function Disclosed({
  label,
  isOpen,
  children,
}: {
  label: string;
  isOpen: boolean;
  children: ReactNode;
}) {
  const [opened, setOpened] = useState(isOpen);
  return opened ? (
    children
  ) : (
    <Button variant="outline" className="print:hidden" onClick={() => setOpened(true)}>
      {label}
    </Button>
  );
}

function PersonHeading({ user }: { user: UserDetail }) {
  return (
    <div className="print:hidden">
      <h1 className="text-2xl font-semibold wrap-anywhere">
        Off-board <Isolated>{user.name ?? user.email}</Isolated>
      </h1>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted-foreground">
        <bdi className="break-all">{user.email}</bdi>
        <StatusBadge status={user.status} />
        {user.isAdmin && <Badge>Admin</Badge>}
        {user.lastLogin && <span>Last login {formatZonedTime(user.lastLogin)}</span>}
        {!user.lastLogin && user.status !== "neverLoggedIn" && <span>Never logged in</span>}
        {hasPage("/users") && (
          <Link
            href={`/users?${new URLSearchParams({ email: user.email })}`}
            className="text-primary underline underline-offset-4 hover:no-underline"
          >
            Details
          </Link>
        )}
      </p>
    </div>
  );
}

function LoadingPerson() {
  return (
    <LoadingState className="space-y-6">
      <Skeleton className="h-14 w-80 max-w-full" />
      <Skeleton className="h-96 rounded-xl" />
    </LoadingState>
  );
}

import Link from "next/link";
import type { ReactNode } from "react";

import { ImpactSummary } from "@/components/lastpass/impact-summary";
import { StepList } from "@/components/lastpass/step-list";
import type { Action, Session } from "@/lib/lastpass";
import { formatDay } from "@/lib/lastpass-format";
import { hasPage } from "@/lib/lastpass-pages";

/** Everything that is recorded of an action. */
export function ActionDetails({ action, session }: { action: Action; session: Session }) {
  const { details = {}, email, impact, steps } = action;
  const facts: [string, string | undefined][] = [
    ["Name", details.name],
    ["Department", details.department],
    ["Manager", details.manager],
    ["Manager's address", details.managerEmail],
    ["Start date", details.startDate && dayOf(details.startDate)],
    ["Action", action.id],
    ["Request", action.requestId],
  ];
  const listsUsers = session.may.includes("GET users") && email !== null;
  const query = new URLSearchParams({ email: email ?? "" });
  return (
    <div className="space-y-4 border-t bg-muted/30 px-4 py-4 text-sm md:pl-11">
      {steps.length > 0 ? (
        <StepList steps={steps} />
      ) : (
        <p className="text-muted-foreground">Nothing was sent to LastPass.</p>
      )}
      <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2 xl:grid-cols-3">
        {facts.map(
          ([label, value]) =>
            value !== undefined && (
              <div key={label} className="min-w-0">
                <dt className="text-xs text-muted-foreground">{label}</dt>
                <dd className="wrap-anywhere">
                  <bdi>{value}</bdi>
                </dd>
              </div>
            ),
        )}
      </dl>
      {impact && <ImpactSummary impact={impact} />}
      {listsUsers && (
        <p className="flex flex-wrap gap-x-4 gap-y-1 empty:hidden">
          {hasPage("/users") && <TextLink href={`/users?${query}`}>Details of this user</TextLink>}
          {impact && hasPage("/offboarding") && (
            <TextLink href={`/offboarding?${query}`}>Rotation list to tick off</TextLink>
          )}
        </p>
      )}
    </div>
  );
}

/** It is kept as it was sent: a day, or a time. */
function dayOf(startDate: string): string {
  return /^\d{4}-\d\d-\d\d$/.test(startDate) ? formatDay(startDate) : startDate;
}

function TextLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link
      href={href}
      prefetch={false}
      className="text-primary underline underline-offset-4 hover:no-underline"
    >
      {children}
    </Link>
  );
}

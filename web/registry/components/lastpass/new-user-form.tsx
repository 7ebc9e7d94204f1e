"use client";

import { useEffect, useRef, type FormEvent } from "react";

import { ChangeProblem } from "@/components/lastpass/change-problem";
import { ChangeReceipt } from "@/components/lastpass/change-receipt";
import { GroupChoice } from "@/components/lastpass/group-choice";
import { NewUserFacts } from "@/components/lastpass/new-user-facts";
import { NewUserInput } from "@/components/lastpass/new-user-input";
import { NewUserReceipt } from "@/components/lastpass/new-user-receipt";
import { ReinviteButton } from "@/components/lastpass/reinvite-button";
import { Button } from "@/components/ui/button";
import { Card, CardContent } from "@/components/ui/card";
import { useNewUser } from "@/hooks/use-new-user";
import type { Session } from "@/lib/lastpass";
import { bodyOf, type NewUserField } from "@/lib/lastpass-new-user";

/** A form that creates an account in LastPass: preview, receipt, and what to do if the outcome is not known. */
export function NewUserForm({
  session,
  title,
  fields,
}: {
  session: Session;
  title: string;
  fields: NewUserField[];
}) {
  const form = useNewUser(fields);
  const { user, change } = form;
  const element = useRef<HTMLFormElement>(null);

  useEffect(() => {
    if (change.error) {
      element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
    }
  }, [change.error]);

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    void form.send(false);
  }

  return (
    <div className="mx-auto max-w-2xl space-y-6">
      <h1 className="text-2xl font-semibold">{title}</h1>
      {form.receipt && !change.pending ? (
        <NewUserReceipt reply={form.receipt} session={session} onAnother={form.restart} />
      ) : change.unsettled ? (
        <>
          <ChangeProblem change={change} />
          <Card>
            <CardContent className="space-y-4">
              <NewUserFacts user={sentUser(user)} />
              <Button variant="outline" size="sm" disabled={change.pending} onClick={form.restart}>
                Leave it and create another
              </Button>
            </CardContent>
          </Card>
        </>
      ) : (
        <form ref={element} noValidate onSubmit={onSubmit} className="space-y-6">
          <Card>
            <CardContent className="space-y-5">
              <div className="grid items-start gap-x-5 gap-y-3 sm:grid-cols-2">
                {fields.map((field) => (
                  <NewUserInput key={field.name} field={field} form={form} session={session} />
                ))}
              </div>
              <GroupChoice
                session={session}
                department={user.department}
                chosen={user.additionalGroups}
                error={subject("The choice", form.errorOf("additionalGroups"))}
                onChange={(additionalGroups) => form.set({ additionalGroups })}
              />
            </CardContent>
          </Card>
          {!form.hasEdits && !change.pending && (
            <ChangeProblem
              change={change}
              fields={[...fields.map(({ name }) => name), "additionalGroups"]}
            />
          )}
          {form.isDuplicate && session.may.includes("POST users") && (
            <div className="space-y-2 text-sm">
              <p>Was this person invited, and the mail did not arrive?</p>
              <ReinviteButton key={user.email} email={user.email.trim()} />
            </div>
          )}
          {form.preview && (
            <ChangeReceipt reply={form.preview}>
              <NewUserFacts user={form.preview.user} />
            </ChangeReceipt>
          )}
          <div className="flex flex-wrap gap-3">
            <Button type="submit" disabled={change.pending}>
              {change.pending ? "One moment…" : "Create LastPass account"}
            </Button>
            <Button
              type="button"
              variant="outline"
              disabled={change.pending}
              onClick={() => void form.send(true)}
            >
              Preview
            </Button>
          </div>
        </form>
      )}
    </div>
  );
}

function subject(label: string, error: string | undefined): string | undefined {
  return error && `${label} ${error}`;
}

/** What was entered, as a reply would return it. */
function sentUser(user: Parameters<typeof bodyOf>[0]) {
  const { firstName, lastName, email, department, manager, managerEmail, startDate } = bodyOf(user);
  return {
    name: `${firstName} ${lastName}`,
    email,
    department,
    manager: manager ?? undefined,
    managerEmail: managerEmail ?? undefined,
    startDate: startDate ?? undefined,
  };
}

"use client";

import { useState, type FormEvent } from "react";

import { FormField } from "@/components/lastpass/form-field";
import { OffboardingChoice } from "@/components/lastpass/offboarding-choice";
import { OffboardingImpact } from "@/components/lastpass/offboarding-impact";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { Input } from "@/components/ui/input";
import { useChangePreview } from "@/hooks/use-lastpass";
import type { ApiError, Body, UserDetail } from "@/lib/lastpass";

export type OffboardingAction = "deactivate" | "remove" | "delete";

const buttonLabels: Record<OffboardingAction, string> = {
  deactivate: "Deactivate the account",
  remove: "Remove from the company",
  delete: "Delete the account for good",
};

/** What to do with the account, what that means, and the confirmation. */
export function OffboardingForm({
  user,
  pending,
  error,
  onSubmit,
}: {
  user: UserDetail;
  pending: boolean;
  error?: ApiError;
  onSubmit: (body: Body<"users">) => void;
}) {
  const { email } = user;
  const isDisabled = user.status === "disabled";
  const [action, setAction] = useState<OffboardingAction>(isDisabled ? "remove" : "deactivate");
  const [typed, setTyped] = useState("");
  const [allowOrphans, setAllowOrphans] = useState(false);
  const [missing, setMissing] = useState(false);
  const isPermanent = action !== "deactivate";
  const body = {
    email,
    action,
    ...(action === "delete" && { confirm: email }),
    ...(allowOrphans && { allowOrphans }),
  };
  const preview = useChangePreview("users", body);
  const impact = preview.data?.impact ?? undefined;
  const isOrphaning = !allowOrphans && (impact?.orphanedFolders ?? []).length > 0;
  const isConfirmed = !isPermanent || typed.trim().toLowerCase() === email.toLowerCase();

  function submit(event: FormEvent) {
    event.preventDefault();
    setMissing(!isConfirmed);
    if (isConfirmed) {
      onSubmit({ ...body, ...(action === "delete" && { confirm: typed.trim() }) });
    }
  }

  return (
    <form noValidate onSubmit={submit} className="space-y-6 print:hidden">
      <OffboardingChoice
        value={action}
        withoutDeactivate={isDisabled}
        onChange={(action) => {
          setAction(action);
          setTyped("");
          setMissing(false);
        }}
      />
      <OffboardingImpact
        preview={preview}
        allowOrphans={allowOrphans}
        onAllowOrphans={setAllowOrphans}
      />
      <Card>
        <CardHeader>
          <CardTitle>
            <h2>3. Confirm</h2>
          </CardTitle>
        </CardHeader>
        <CardContent className="flex flex-col gap-4">
          {isPermanent && (
            <FormField
              label={`Type ${email} to confirm`}
              required
              error={
                missing && !isConfirmed
                  ? "This is not the address of the account."
                  : error?.messageFor("confirm")
              }
            >
              {(control) => (
                <Input
                  {...control}
                  autoComplete="off"
                  spellCheck={false}
                  value={typed}
                  onChange={(event) => setTyped(event.target.value)}
                />
              )}
            </FormField>
          )}
          <Button
            type="submit"
            variant="destructive"
            className="h-auto min-h-9 self-start py-2 whitespace-normal"
            disabled={pending || !preview.data || isOrphaning}
          >
            {pending ? "Working…" : buttonLabels[action]}
          </Button>
          <p role="status" className="text-sm text-muted-foreground empty:hidden">
            {pending && "Sent to LastPass. This takes up to half a minute."}
            {!pending &&
              isOrphaning &&
              "First accept above that folders are left without an administrator."}
          </p>
        </CardContent>
      </Card>
    </form>
  );
}

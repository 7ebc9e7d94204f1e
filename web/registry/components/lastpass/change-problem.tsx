"use client";

import { CircleAlert, CircleHelp } from "lucide-react";

import { StepList } from "@/components/lastpass/step-list";
import { Alert, AlertDescription, AlertTitle } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import type { ApiError } from "@/lib/lastpass";

/** Of `useChange`. */
interface Change {
  pending: boolean;
  unsettled: boolean;
  error?: ApiError;
  retry: () => unknown;
}

/**
 * A change that failed, or whose outcome is not known yet: then "Check again" finds out, and never makes it twice. Shows
 * nothing after any other change.
 */
export function ChangeProblem({
  change,
  fields = [],
}: {
  change: Change;
  /** The members of the request whose errors the page shows itself. */
  fields?: string[];
}) {
  const { error, pending, unsettled, retry } = change;
  if (unsettled) {
    return (
      <Alert>
        <CircleHelp aria-hidden="true" className="text-amber-700 dark:text-amber-400" />
        <AlertTitle>It is not known yet whether this was done</AlertTitle>
        <AlertDescription className="space-y-3">
          <p>{pending ? "Checking…" : error && openText(error)}</p>
          {error && error.steps.length > 0 && <StepList steps={error.steps} />}
          <Button type="button" size="sm" disabled={pending} onClick={() => void retry()}>
            Check again
          </Button>
          <p className="text-xs">Checking never does it a second time.</p>
          {error && <Reference error={error} />}
        </AlertDescription>
      </Alert>
    );
  }
  if (!error) {
    return null;
  }
  const others = error.errors.filter(({ field }) => !fields.includes(field));
  return (
    <Alert variant="destructive">
      <CircleAlert aria-hidden="true" />
      <AlertTitle>This was not done</AlertTitle>
      <AlertDescription className="space-y-2">
        <p className="wrap-anywhere">
          {error.errors.length > 0 && others.length === 0
            ? "Check the marked fields."
            : error.message}
        </p>
        {others
          // The API repeats the message at the one field that it is about.
          .filter(({ message }) => message !== error.message)
          .map(({ field, message }) => (
            <p key={field} className="wrap-anywhere">
              {field}: <bdi>{message}</bdi>
            </p>
          ))}
        {error.steps.length > 0 && <StepList steps={error.steps} />}
        <Reference error={error} />
      </AlertDescription>
    </Alert>
  );
}

/** The API's words are for programs here: they name a header to send again. */
function openText(error: ApiError): string {
  return error.code === "outcome-unknown"
    ? "LastPass has not confirmed it yet. Check again in a minute."
    : error.message;
}

function Reference({ error }: { error: ApiError }) {
  return (
    <p className="text-xs break-all">
      {error.code}
      {error.requestId && <> · request {error.requestId}</>}
      {error.retryAfter !== null && <> · try again in {error.retryAfter} s</>}
    </p>
  );
}

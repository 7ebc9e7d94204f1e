"use client";

import { CircleAlert, Inbox, Lock, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

import { Alert, AlertDescription, AlertTitle } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import type { ApiError } from "@/lib/lastpass";

/** A failed request: what happened, the code and request id that support needs, and another attempt. */
export function ErrorState({ error, onRetry }: { error: ApiError; onRetry: () => void }) {
  return (
    <Alert variant="destructive">
      <CircleAlert aria-hidden="true" />
      <AlertTitle>This could not be loaded</AlertTitle>
      <AlertDescription>
        <p>{error.message}</p>
        {error.errors.map(({ field, message }) => (
          <p key={field}>
            {field}: {message}
          </p>
        ))}
        <p className="mt-2 text-xs break-all">
          {error.code}
          {error.requestId && <> · request {error.requestId}</>}
          {error.retryAfter && <> · try again in {error.retryAfter} s</>}
        </p>
        <Button type="button" className="mt-3" size="sm" variant="outline" onClick={onRetry}>
          Try again
        </Button>
      </AlertDescription>
    </Alert>
  );
}

/** There is no data yet. */
export function EmptyState({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Message icon={Inbox} title={<p className="font-medium">{title}</p>}>
      {children}
    </Message>
  );
}

/** The role does not permit the page. */
export function NotAllowedState({ children }: { children: ReactNode }) {
  return (
    <Message icon={Lock} title={<h1 className="font-medium">Not available for your role</h1>}>
      {children}
    </Message>
  );
}

function Message({
  icon: Icon,
  title,
  children,
}: {
  icon: LucideIcon;
  title: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-2 rounded-xl border border-dashed px-6 py-12 text-center">
      <Icon aria-hidden="true" className="size-6 text-muted-foreground" />
      {title}
      <div className="max-w-prose text-sm text-muted-foreground">{children}</div>
    </div>
  );
}

"use client";

import { CircleAlert, Inbox, Lock, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

import { Warnings } from "@/components/lastpass/warnings";
import { Alert, AlertDescription, AlertTitle } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import type { ApiError, Meta } from "@/lib/lastpass";
import { formatCount } from "@/lib/lastpass-format";

/** The reply is on its way. The children are as large as the content, so that nothing moves when it arrives. */
export function LoadingState({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <div role="status" aria-label="Loading" className={className}>
      {children}
    </div>
  );
}

/** A list by the API: on its way, failed, or with its warnings, the count for screen readers, and its entries. */
export function ListFrame<List extends { total: number; meta: Meta }>({
  read: { data, error, mutate },
  entry,
  children,
}: {
  read: { data?: List; error?: ApiError; mutate: () => unknown };
  /** What is counted: "group". */
  entry: string;
  children: (list: List) => ReactNode;
}) {
  // After an error the data may be those of other filters.
  const list = error ? undefined : data;
  return (
    <>
      {error && <ErrorState error={error} onRetry={() => void mutate()} />}
      {!data && !error && (
        <LoadingState>
          <Skeleton className="h-96 rounded-xl" />
        </LoadingState>
      )}
      {list && <Warnings meta={list.meta} />}
      <p role="status" className="sr-only">
        {list && `${formatCount(list.total, entry)} found`}
      </p>
      {list && children(list)}
    </>
  );
}

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

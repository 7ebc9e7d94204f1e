"use client";

import { CircleCheck, Info, TriangleAlert } from "lucide-react";
import { useEffect, useRef, type ReactNode } from "react";

import { Isolated } from "@/components/lastpass/isolated";
import { StepList } from "@/components/lastpass/step-list";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import type { ChangeRoute, PostReply } from "@/lib/lastpass";

/** The members that the replies of all changes have. */
type ChangeReply = Pick<
  PostReply<ChangeRoute>,
  "success" | "message" | "groups" | "steps" | "actionId" | "dryRun"
>;

/** The reasons of the API's own; others are LastPass's words. */
const reasons: Record<string, string> = {
  "not-sent": "it was not sent",
  unknown: "it is not known whether it was done",
};

/**
 * What became of a change, or of a dry run what would: the API's sentence, each step, and groups that failed. Give it the
 * change's `actionId` as `key`: a new receipt takes the focus, so that it is read out.
 */
export function ChangeReceipt({ reply, children }: { reply: ChangeReply; children?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { failed, unchanged } = reply.groups;
  return (
    <Card>
      <CardHeader>
        <CardTitle className="flex gap-2">
          <ReceiptIcon reply={reply} />
          <h2 ref={heading} tabIndex={-1} className="min-w-0 wrap-anywhere outline-hidden">
            <bdi>{reply.message}</bdi>
          </h2>
        </CardTitle>
      </CardHeader>
      <CardContent className="space-y-4">
        {children}
        {failed.length > 0 && (
          <ul aria-label="Groups that failed" className="space-y-1 text-sm">
            {failed.map(({ name, reason }) => (
              <li key={name} className="wrap-anywhere text-amber-700 dark:text-amber-400">
                <Isolated>{name}</Isolated>: <bdi>{reasons[reason] ?? reason}</bdi>
              </li>
            ))}
          </ul>
        )}
        {unchanged.length > 0 && (
          <p className="text-sm wrap-anywhere text-muted-foreground">
            No change was needed: <bdi>{unchanged.join(", ")}</bdi>
          </p>
        )}
        {reply.steps.length > 0 && <StepList steps={reply.steps} />}
        {reply.actionId !== null && (
          <p className="text-xs break-all text-muted-foreground">Recorded as {reply.actionId}</p>
        )}
      </CardContent>
    </Card>
  );
}

function ReceiptIcon({ reply }: { reply: ChangeReply }) {
  if (reply.dryRun) {
    return <Info aria-hidden="true" className="mt-0.5 size-5 shrink-0 text-muted-foreground" />;
  }
  return reply.success && reply.groups.failed.length === 0 ? (
    <CircleCheck
      aria-hidden="true"
      className="mt-0.5 size-5 shrink-0 text-emerald-700 dark:text-emerald-400"
    />
  ) : (
    <TriangleAlert
      aria-hidden="true"
      className="mt-0.5 size-5 shrink-0 text-amber-700 dark:text-amber-400"
    />
  );
}

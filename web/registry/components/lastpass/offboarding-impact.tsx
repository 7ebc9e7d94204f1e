"use client";

import { CircleAlert, TriangleAlert } from "lucide-react";

import { ImpactSummary } from "@/components/lastpass/impact-summary";
import { Isolated } from "@/components/lastpass/isolated";
import { LoadingState } from "@/components/lastpass/view-states";
import { Alert, AlertDescription, AlertTitle } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { Label } from "@/components/ui/label";
import { Skeleton } from "@/components/ui/skeleton";
import type { ApiError, ChangedUserReply } from "@/lib/lastpass";

/** What the off-boarding means, before anything is sent; folders that would be left without an administrator are accepted here. */
export function OffboardingImpact({
  preview: { data, error, mutate },
  allowOrphans,
  onAllowOrphans,
}: {
  preview: { data?: ChangedUserReply; error?: ApiError; mutate: () => unknown };
  allowOrphans: boolean;
  onAllowOrphans: (allow: boolean) => void;
}) {
  const impact = data?.impact;
  const orphaned = impact?.folders.filter(({ id }) => impact.orphanedFolders.includes(id)) ?? [];
  // LastPass's folders cannot be read: the change is possible without them.
  const isUnreadable = error !== undefined && error.status >= 500;
  return (
    <Card>
      <CardHeader>
        <CardTitle>
          <h2>2. What it means</h2>
        </CardTitle>
        <CardDescription>Read from LastPass just now. Nothing has been sent yet.</CardDescription>
      </CardHeader>
      <CardContent className="space-y-4">
        {!data && !error && (
          <LoadingState>
            <Skeleton className="h-40" />
          </LoadingState>
        )}
        {error && (
          <Alert variant="destructive">
            <CircleAlert aria-hidden="true" />
            <AlertTitle>This cannot be done now</AlertTitle>
            <AlertDescription className="space-y-2">
              <p className="wrap-anywhere">{error.message}</p>
              <p className="text-xs break-all">
                {error.code}
                {error.requestId && <> · request {error.requestId}</>}
                {error.retryAfter !== null && <> · try again in {error.retryAfter} s</>}
              </p>
              <Button type="button" size="sm" variant="outline" onClick={() => void mutate()}>
                Try again
              </Button>
            </AlertDescription>
          </Alert>
        )}
        {data && !impact && (
          <p className="text-sm text-amber-700 dark:text-amber-400">
            LastPass does not return its shared folders: which passwords this person knows is not
            known.
          </p>
        )}
        {impact && <ImpactSummary impact={impact} />}
        {(orphaned.length > 0 || allowOrphans || isUnreadable) && (
          <div className="space-y-3 rounded-lg border border-amber-700 dark:border-amber-400 p-3 text-sm">
            {orphaned.length > 0 && (
              <div className="flex gap-2">
                <TriangleAlert
                  aria-hidden="true"
                  className="mt-0.5 size-4 shrink-0 text-amber-700 dark:text-amber-400"
                />
                <p className="min-w-0 wrap-anywhere">
                  These would have no active administrator:{" "}
                  {orphaned.map(({ id, name }, index) => (
                    <span key={id}>
                      {index > 0 && ", "}
                      <span className="font-medium">
                        <Isolated>{name}</Isolated>
                      </span>
                    </span>
                  ))}
                  . Make someone else an administrator in LastPass first, if you can.
                </p>
              </div>
            )}
            <div className="flex items-center gap-2">
              <Checkbox
                id="allow-orphans"
                checked={allowOrphans}
                onCheckedChange={(checked) => onAllowOrphans(checked === true)}
              />
              <Label htmlFor="allow-orphans">
                {isUnreadable
                  ? "Continue without knowing the folders"
                  : "Leave them without an administrator"}
              </Label>
            </div>
          </div>
        )}
      </CardContent>
    </Card>
  );
}

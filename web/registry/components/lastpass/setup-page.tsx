"use client";

import { ErrorState, LoadingState } from "@/components/lastpass/view-states";
import { SetupChecklist } from "@/components/lastpass/setup-checklist";
import { Skeleton } from "@/components/ui/skeleton";
import { useHealth, useSession } from "@/hooks/use-lastpass";

/** What is missing before everything works. Not behind a sign-in, which may be what is missing. */
export function SetupPage() {
  const { session } = useSession();
  const { data, error, isValidating, mutate } = useHealth();
  return (
    <div className="mx-auto max-w-4xl space-y-6">
      <div>
        <h1 className="text-2xl font-semibold">Setup</h1>
        <p className="text-sm text-muted-foreground">
          What works, what is missing, and where to find it. The page checks again by itself.
        </p>
      </div>
      {error && <ErrorState error={error} onRetry={() => void mutate()} />}
      {!data && !error && (
        <LoadingState className="space-y-4">
          <Skeleton className="h-24 rounded-xl" />
          <Skeleton className="h-96 rounded-xl" />
        </LoadingState>
      )}
      {data && (
        <SetupChecklist
          health={data}
          session={session}
          checking={isValidating}
          onCheck={() => void mutate()}
        />
      )}
    </div>
  );
}

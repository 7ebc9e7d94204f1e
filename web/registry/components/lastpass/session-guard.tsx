"use client";

import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useEffect, type ReactNode } from "react";

import { ErrorState, LoadingState, NotAllowedState } from "@/components/lastpass/view-states";
import { Skeleton } from "@/components/ui/skeleton";
import { useSession } from "@/hooks/use-lastpass";
import type { Session } from "@/lib/lastpass";
import { roleLabels } from "@/lib/lastpass-format";

/** Shows its children to a signed-in user whose role has the permission `needs`; leads others to `/sign-in`. */
export function SessionGuard({
  needs,
  children,
}: {
  needs: string;
  children: (session: Session) => ReactNode;
}) {
  const { session, error, retry } = useSession();
  const router = useRouter();
  const pathname = usePathname();
  const query = useSearchParams();
  const signedOut = session?.signedIn === false;

  useEffect(() => {
    if (signedOut) {
      // The address bar has a filter before `useSearchParams` does. Its path begins with Next.js's `basePath`, which the router
      // adds by itself.
      const next = pathname + location.search;
      router.replace(`/sign-in?${new URLSearchParams({ next })}`);
    }
  }, [signedOut, pathname, query, router]);

  if (error && !session) {
    return (
      <>
        <h1 className="sr-only">Page not loaded</h1>
        <ErrorState error={error} onRetry={retry} />
      </>
    );
  }
  if (!session || signedOut) {
    return (
      <LoadingState className="space-y-4">
        <Skeleton className="h-8 w-48" />
        <Skeleton className="h-64" />
      </LoadingState>
    );
  }
  if (!session.role) {
    return (
      <NotAllowedState>
        {session.actor ?? "This account"} is signed in, but has no role here. An administrator can
        give it one.
      </NotAllowedState>
    );
  }
  if (!session.may.includes(needs)) {
    return (
      <NotAllowedState>
        {roleLabels[session.role]}s cannot see this page. Sign in with another role, or ask an
        administrator.
      </NotAllowedState>
    );
  }
  return children(session);
}

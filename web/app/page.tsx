"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

import { AppShell } from "@/components/lastpass/app-shell";
import { ErrorState, NotAllowedState } from "@/components/lastpass/view-states";
import { useSession } from "@/hooks/use-lastpass";
import { startPage } from "@/lib/lastpass-pages";

import { ThemeToggle } from "./theme-toggle";

/** Leads to the first page that the role may see. */
export default function StartPage() {
  const { session, error, retry } = useSession();
  const router = useRouter();
  const start = session && (session.signedIn ? startPage(session, null) : "/sign-in");

  useEffect(() => {
    if (start) {
      router.replace(start);
    }
  }, [start, router]);

  return (
    <AppShell actions={<ThemeToggle />}>
      {error && !session && (
        <>
          <h1 className="sr-only">Page not loaded</h1>
          <ErrorState error={error} onRetry={retry} />
        </>
      )}
      {session && !start && (
        <NotAllowedState>
          There is no page for your role yet. Sign out to use another.
        </NotAllowedState>
      )}
    </AppShell>
  );
}

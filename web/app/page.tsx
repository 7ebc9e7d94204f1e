"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

import { ErrorState, NotAllowedState } from "@/components/lastpass/view-states";
import { useSession } from "@/hooks/use-lastpass";
import { startPage } from "@/lib/lastpass-pages";

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
    <main className="flex min-h-dvh flex-col justify-center p-4">
      {error && !session && <ErrorState error={error} onRetry={retry} />}
      {session?.signedIn && !start && (
        <NotAllowedState>There is no page for your role yet.</NotAllowedState>
      )}
    </main>
  );
}

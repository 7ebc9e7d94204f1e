"use client";

import Link from "next/link";
import { useSearchParams } from "next/navigation";

import { Offboarding } from "@/components/lastpass/offboarding";
import { SessionGuard } from "@/components/lastpass/session-guard";
import { UserSearch } from "@/components/lastpass/user-search";

export function OffboardingPage() {
  const email = useSearchParams().get("email");
  return (
    <SessionGuard needs="GET users">
      {() =>
        email ? (
          <div className="mx-auto max-w-3xl space-y-4 print:max-w-none">
            <Link
              href="/offboarding"
              className="text-sm text-primary underline-offset-4 hover:underline print:hidden"
            >
              Choose another person
            </Link>
            <Offboarding key={email} email={email} />
          </div>
        ) : (
          <UserSearch title="Off-boarding" page="/offboarding">
            <p className="text-sm text-muted-foreground">
              Choose who leaves. Nothing is changed before you have seen what it means.
            </p>
          </UserSearch>
        )
      }
    </SessionGuard>
  );
}

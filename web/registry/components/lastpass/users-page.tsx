"use client";

import Link from "next/link";
import { useSearchParams } from "next/navigation";

import { SessionGuard } from "@/components/lastpass/session-guard";
import { UserDetails } from "@/components/lastpass/user-details";
import { UserSearch } from "@/components/lastpass/user-search";

export function UsersPage() {
  const email = useSearchParams().get("email");
  return (
    <SessionGuard needs="GET users">
      {(session) =>
        email ? (
          <div className="space-y-4">
            <Link href="/users" className="text-sm text-primary underline-offset-4 hover:underline">
              All users
            </Link>
            <UserDetails email={email} session={session} />
          </div>
        ) : (
          <UserSearch title="Users" page="/users" />
        )
      }
    </SessionGuard>
  );
}

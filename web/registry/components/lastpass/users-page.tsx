"use client";

import Link from "next/link";
import { useSearchParams } from "next/navigation";

import { LeaverSearch } from "@/components/lastpass/leaver-search";
import { SessionGuard } from "@/components/lastpass/session-guard";
import { UserDetails } from "@/components/lastpass/user-details";
import { UserSearch } from "@/components/lastpass/user-search";

export function UsersPage() {
  const query = useSearchParams();
  const [id, email] = [query.get("id"), query.get("email")];
  const user = id ? { id } : email ? { email } : undefined;
  return (
    <SessionGuard needs="GET users">
      {(session) =>
        user ? (
          <div className="space-y-4">
            <Link href="/users" className="text-sm text-primary underline-offset-4 hover:underline">
              All users
            </Link>
            <UserDetails key={id ?? email} user={user} session={session} />
          </div>
        ) : (
          <UserSearch title="Users" page="/users">
            <details>
              <summary className="w-fit cursor-pointer text-sm text-primary underline-offset-4 hover:underline">
                Someone who has left
              </summary>
              <div className="mt-3">
                <LeaverSearch />
              </div>
            </details>
          </UserSearch>
        )
      }
    </SessionGuard>
  );
}

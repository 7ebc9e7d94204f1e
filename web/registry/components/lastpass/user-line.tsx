import Link from "next/link";
import type { ReactNode } from "react";

import { StatusBadge } from "@/components/lastpass/status-badge";
import type { User } from "@/lib/lastpass";

/** A user in a list, as a link to the details, and what can be done with them. */
export function UserLine({
  user: { email, name, status },
  children,
}: {
  user: User;
  children?: ReactNode;
}) {
  return (
    <li className="flex justify-between gap-x-3 gap-y-2 px-4 py-2.5 text-sm max-sm:flex-col sm:items-center">
      <span className="min-w-0 wrap-anywhere">
        <Link
          href={`/users?${new URLSearchParams({ email })}`}
          prefetch={false}
          className="font-medium underline-offset-4 hover:underline"
        >
          <bdi>{name ?? email}</bdi>
        </Link>
        {name !== null && <span className="block text-muted-foreground">{email}</span>}
      </span>
      <span className="flex shrink-0 items-center justify-between gap-2">
        <StatusBadge status={status} />
        {children}
      </span>
    </li>
  );
}

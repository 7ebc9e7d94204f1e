import Link from "next/link";
import type { ReactNode } from "react";

import { Badge } from "@/components/ui/badge";
import type { User } from "@/lib/lastpass";
import { statusLabels } from "@/lib/lastpass-format";

/** A user in a list, as a link to the details, and what can be done with them. */
export function UserLine({
  user: { email, name, status },
  children,
}: {
  user: User;
  children?: ReactNode;
}) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-2 px-4 py-2.5 text-sm">
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
      <span className="flex items-center gap-2">
        <Badge variant={status === "active" ? "outline" : "secondary"}>
          {statusLabels[status]}
        </Badge>
        {children}
      </span>
    </li>
  );
}

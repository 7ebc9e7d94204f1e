import Link from "next/link";

import { buttonVariants } from "@/components/ui/button";
import type { Session } from "@/lib/lastpass";
import { permitted } from "@/lib/lastpass-pages";

/** Links to what else there is about a person, as far as the role may see it and the project has it. */
export function UserPages({
  email,
  isListed,
  session,
}: {
  email: string;
  /** Whether LastPass lists the address. Otherwise it returns no folders of it. */
  isListed: boolean;
  session: Session;
}) {
  const pages = permitted(session).filter(
    ({ href, person }) => person && (isListed || href !== "/shared-folders"),
  );
  if (pages.length === 0) {
    return null;
  }
  return (
    <nav aria-label={`More about ${email}`} className="flex flex-wrap gap-2">
      {pages.map(({ href, label, person = "email" }) => (
        <Link
          key={href}
          href={`${href}?${new URLSearchParams({ [person]: email })}`}
          prefetch={false}
          className={buttonVariants({ variant: "outline", size: "sm" })}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}

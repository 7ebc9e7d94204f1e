import Link from "next/link";

import { buttonVariants } from "@/components/ui/button";
import type { Session, UserDetail } from "@/lib/lastpass";
import { permitted } from "@/lib/lastpass-pages";

/** Links to what else there is about a person, as far as the role may see it and the project has it. */
export function UserPages({ user, session }: { user: UserDetail; session: Session }) {
  // LastPass knows no folders of an address that it does not list.
  const pages = permitted(session).filter(
    ({ href, person }) => person && !(user.leftAt !== null && href === "/shared-folders"),
  );
  if (pages.length === 0) {
    return null;
  }
  return (
    <nav aria-label={`More about ${user.email}`} className="flex flex-wrap gap-2">
      {pages.map(({ href, label, person = "email" }) => (
        <Link
          key={href}
          href={`${href}?${new URLSearchParams({ [person]: user.email })}`}
          prefetch={false}
          className={buttonVariants({ variant: "outline", size: "sm" })}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}

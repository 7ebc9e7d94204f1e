import Link from "next/link";

import { buttonVariants } from "@/components/ui/button";
import type { Session, UserDetail } from "@/lib/lastpass";
import { permitted } from "@/lib/lastpass-pages";

/** Pages that show more of one person, and the parameter that names the person there. */
const parameters: Record<string, string> = {
  "/shared-folders": "user",
  "/audit": "user",
  "/offboarding": "email",
  "/actions": "email",
};

/** Links to what else there is about a person, as far as the role may see it and the project has it. */
export function UserPages({ user, session }: { user: UserDetail; session: Session }) {
  return (
    <nav aria-label="More about this person" className="flex flex-wrap gap-2">
      {permitted(session).map(({ href, label }) => {
        const parameter = parameters[href];
        // Whoever has left has no account to off-board.
        const isOver = href === "/offboarding" && user.leftAt !== null;
        return (
          parameter &&
          !isOver && (
            <Link
              key={href}
              href={`${href}?${new URLSearchParams({ [parameter]: user.email })}`}
              prefetch={false}
              className={buttonVariants({ variant: "outline", size: "sm" })}
            >
              {label}
            </Link>
          )
        );
      })}
    </nav>
  );
}

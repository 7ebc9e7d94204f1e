import Link from "next/link";
import type { ReactNode } from "react";

import { hasPage } from "@/lib/lastpass-pages";

/** A link to a page that another item may add: where the project does not have it, its text alone. */
export function PageLink({
  href,
  className,
  children,
}: {
  href: string;
  className?: string;
  children: ReactNode;
}) {
  return hasPage(href) ? (
    <Link href={href} prefetch={false} className={className}>
      {children}
    </Link>
  ) : (
    children
  );
}

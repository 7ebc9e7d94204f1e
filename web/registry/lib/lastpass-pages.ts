import type { Session } from "./lastpass";

export interface Page {
  href: string;
  label: string;
  /** The permission without which the page shows nothing; listed in `session.may`. */
  needs: string;
}

/** The pages of the navigation, in its order. */
export const pages: Page[] = [
  { href: "/dashboard", label: "Security", needs: "GET security-report" },
  { href: "/organization", label: "Organization", needs: "GET security-report" },
  { href: "/users", label: "Users", needs: "GET users" },
  { href: "/shared-folders", label: "Shared folders", needs: "GET shared-folders" },
  { href: "/audit", label: "Audit log", needs: "GET audit-logs" },
  { href: "/provision", label: "New account", needs: "POST provision-user" },
  { href: "/onboarding", label: "Onboarding", needs: "POST provision-user" },
  { href: "/offboarding", label: "Off-boarding", needs: "GET users" },
  { href: "/groups", label: "Groups", needs: "GET groups" },
  { href: "/actions", label: "Change record", needs: "GET actions" },
  // Open to anyone, since it is for the time before sign-in works; for others than admins it has nothing to do.
  { href: "/setup", label: "Setup", needs: "POST sync" },
];

export function permitted(session: Session): Page[] {
  return pages.filter((page) => session.may.includes(page.needs));
}

/** The page to show after signing in: the one that was asked for, else the first that the role may see. */
export function startPage(session: Session, next: string | null): string | undefined {
  // A path of this origin alone: `//host` and `/\host` are other origins to a browser.
  const isPath = next !== null && /^\/(?![/\\])/.test(next);
  return isPath ? next : permitted(session)[0]?.href;
}

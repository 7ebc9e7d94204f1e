import type { Session } from "./lastpass";

/** A page of the navigation. */
export interface Page {
  href: string;
  label: string;
  /** The permission without which the page shows nothing; listed in `session.may`. */
  needs: string;
  /** Sort key in the navigation, ascending. */
  order: number;
  /** The parameter that names one person, of a page that shows more about them. */
  person?: "user" | "email";
}

/** A function of the bundler's, webpack's and Turbopack's alike, for which Next.js has no type. */
declare const require: {
  context(
    folder: string,
    deep: boolean,
    files: RegExp,
  ): { keys(): string[]; (file: string): { page: Page } };
};

// Each page is in a file of its own, lastpass-page-NAME.ts, so that adding or deleting one changes no other file.
const files = require.context(".", false, /^\.\/lastpass-page-[\w-]+\.[jt]s$/);

/** The pages that this project has. */
export const pages = files
  .keys()
  .map((file) => files(file).page)
  .sort((a, b) => a.order - b.order);

export function permitted(session: Session): Page[] {
  return pages.filter((page) => session.may.includes(page.needs));
}

/** Whether the project has the page that a link leads to. */
export function hasPage(href: string): boolean {
  const [path] = href.split("?");
  return pages.some((page) => page.href === path);
}

/** The page to show after signing in: the requested one, else the first that the role may see. */
export function startPage(session: Session, next: string | null): string | undefined {
  // A path of this origin alone: `//host` and `/\host` are other origins to a browser.
  const isPath = next !== null && /^\/(?![/\\])/.test(next);
  return isPath ? next : permitted(session)[0]?.href;
}

import type { Page } from "./lastpass-pages";

// Open to anyone, since it is for the time before sign-in works; for others than admins it has nothing to do.
export const page: Page = {
  href: "/setup",
  label: "Setup",
  needs: "POST sync",
  order: 110,
};

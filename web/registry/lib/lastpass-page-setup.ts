import type { Page } from "./lastpass-pages";

// Open to anyone, since it is for the time before sign-in works. The navigation lists it for admins.
export const page: Page = {
  href: "/setup",
  label: "Setup",
  needs: "POST sync",
  order: 110,
};

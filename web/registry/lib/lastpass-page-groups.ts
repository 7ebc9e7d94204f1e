import type { Page } from "./lastpass-pages";

export const page: Page = {
  href: "/groups",
  label: "Groups",
  needs: "GET groups",
  order: 90,
};

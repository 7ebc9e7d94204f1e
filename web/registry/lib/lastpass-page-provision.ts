import type { Page } from "./lastpass-pages";

export const page: Page = {
  href: "/provision",
  label: "New account",
  needs: "POST provision-user",
  order: 60,
};

import type { Page } from "./lastpass-pages";

export const page: Page = {
  href: "/users",
  label: "Users",
  needs: "GET users",
  order: 30,
};

import type { Page } from "./lastpass-pages";

export const page: Page = {
  href: "/actions",
  label: "Change record",
  needs: "GET actions",
  order: 100,
  person: "email",
};

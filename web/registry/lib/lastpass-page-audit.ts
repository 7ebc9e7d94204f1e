import type { Page } from "./lastpass-pages";

export const page: Page = {
  href: "/audit",
  label: "Audit log",
  needs: "GET audit-logs",
  order: 50,
  person: "user",
};

import type { Page } from "./lastpass-pages";

export const page: Page = {
  href: "/organization",
  label: "Organization",
  needs: "GET security-report",
  order: 20,
};

import type { Page } from "./lastpass-pages";

export const page: Page = {
  href: "/dashboard",
  label: "Security",
  needs: "GET security-report",
  order: 10,
};

import type { Page } from "./lastpass-pages";

export const page: Page = {
  href: "/offboarding",
  label: "Off-boarding",
  needs: "GET users",
  order: 80,
  person: "email",
};

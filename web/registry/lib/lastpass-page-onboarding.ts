import type { Page } from "./lastpass-pages";

export const page: Page = {
  href: "/onboarding",
  label: "Onboarding",
  needs: "POST provision-user",
  order: 70,
};

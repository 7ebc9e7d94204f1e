import type { Page } from "./lastpass-pages";

export const page: Page = {
  href: "/shared-folders",
  label: "Shared folders",
  needs: "GET shared-folders",
  order: 40,
  person: "user",
};

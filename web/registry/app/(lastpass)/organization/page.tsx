import type { Metadata } from "next";

import { OrganizationPage } from "@/components/lastpass/organization-page";

export const metadata: Metadata = { title: "Organization" };

export default OrganizationPage;

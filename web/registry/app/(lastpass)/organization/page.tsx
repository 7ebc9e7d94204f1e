import type { Metadata } from "next";

import { OrganizationPage } from "@/components/lastpass/organization-page";
import { page } from "@/lib/lastpass-page-organization";

export const metadata: Metadata = { title: page.label };

export default OrganizationPage;

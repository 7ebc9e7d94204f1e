import type { Metadata } from "next";

import { ProvisionPage } from "@/components/lastpass/provision-page";
import { page } from "@/lib/lastpass-page-provision";

export const metadata: Metadata = { title: page.label };

export default ProvisionPage;

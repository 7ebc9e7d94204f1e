import type { Metadata } from "next";

import { ProvisionPage } from "@/components/lastpass/provision-page";

export const metadata: Metadata = { title: "New account" };

export default ProvisionPage;

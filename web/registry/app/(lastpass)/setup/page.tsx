import type { Metadata } from "next";

import { SetupPage } from "@/components/lastpass/setup-page";
import { page } from "@/lib/lastpass-page-setup";

export const metadata: Metadata = { title: page.label };

export default SetupPage;

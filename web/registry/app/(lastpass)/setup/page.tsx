import type { Metadata } from "next";

import { SetupPage } from "@/components/lastpass/setup-page";

export const metadata: Metadata = { title: "Setup" };

export default SetupPage;

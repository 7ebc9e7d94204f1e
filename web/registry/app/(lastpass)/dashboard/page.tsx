import type { Metadata } from "next";

import { DashboardPage } from "@/components/lastpass/dashboard-page";
import { page } from "@/lib/lastpass-page-dashboard";

export const metadata: Metadata = { title: page.label };

export default DashboardPage;

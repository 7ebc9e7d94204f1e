import type { Metadata } from "next";

import { DashboardPage } from "@/components/lastpass/dashboard-page";

export const metadata: Metadata = { title: "Security" };

export default DashboardPage;

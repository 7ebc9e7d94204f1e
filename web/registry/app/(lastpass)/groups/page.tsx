import type { Metadata } from "next";

import { GroupsPage } from "@/components/lastpass/groups-page";
import { page } from "@/lib/lastpass-page-groups";

export const metadata: Metadata = { title: page.label };

export default GroupsPage;

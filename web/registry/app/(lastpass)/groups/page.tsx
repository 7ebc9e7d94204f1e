import type { Metadata } from "next";

import { GroupsPage } from "@/components/lastpass/groups-page";

export const metadata: Metadata = { title: "Groups" };

export default GroupsPage;

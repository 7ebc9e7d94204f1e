import type { Metadata } from "next";

import { SharedFoldersPage } from "@/components/lastpass/shared-folders-page";

export const metadata: Metadata = { title: "Shared folders" };

export default SharedFoldersPage;

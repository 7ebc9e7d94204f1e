import type { Metadata } from "next";

import { SharedFoldersPage } from "@/components/lastpass/shared-folders-page";
import { page } from "@/lib/lastpass-page-shared-folders";

export const metadata: Metadata = { title: page.label };

export default SharedFoldersPage;

import type { Metadata } from "next";

import { ActionsPage } from "@/components/lastpass/actions-page";
import { page } from "@/lib/lastpass-page-actions";

export const metadata: Metadata = { title: page.label };

export default ActionsPage;

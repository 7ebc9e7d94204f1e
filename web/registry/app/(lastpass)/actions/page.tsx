import type { Metadata } from "next";

import { ActionsPage } from "@/components/lastpass/actions-page";

export const metadata: Metadata = { title: "Change record" };

export default ActionsPage;

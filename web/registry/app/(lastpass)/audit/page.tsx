import type { Metadata } from "next";

import { AuditPage } from "@/components/lastpass/audit-page";
import { page } from "@/lib/lastpass-page-audit";

export const metadata: Metadata = { title: page.label };

export default AuditPage;

import type { Metadata } from "next";

import { AuditPage } from "@/components/lastpass/audit-page";

export const metadata: Metadata = { title: "Audit log" };

export default AuditPage;

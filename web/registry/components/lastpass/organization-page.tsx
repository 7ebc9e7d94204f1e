"use client";

import { OrganizationDashboard } from "@/components/lastpass/organization-dashboard";
import { SessionGuard } from "@/components/lastpass/session-guard";

export function OrganizationPage() {
  return (
    <SessionGuard needs="GET security-report">
      {(session) => <OrganizationDashboard session={session} />}
    </SessionGuard>
  );
}

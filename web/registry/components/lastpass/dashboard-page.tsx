"use client";

import { SecurityDashboard } from "@/components/lastpass/security-dashboard";
import { SessionGuard } from "@/components/lastpass/session-guard";

export function DashboardPage() {
  return (
    <SessionGuard needs="GET security-report">
      {(session) => <SecurityDashboard session={session} />}
    </SessionGuard>
  );
}

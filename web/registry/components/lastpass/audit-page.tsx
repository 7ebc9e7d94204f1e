"use client";

import { AuditLogView } from "@/components/lastpass/audit-log-view";
import { SessionGuard } from "@/components/lastpass/session-guard";

export function AuditPage() {
  return (
    <SessionGuard needs="GET audit-logs">
      {(session) => <AuditLogView session={session} />}
    </SessionGuard>
  );
}

"use client";

import { ActionRecord } from "@/components/lastpass/action-record";
import { SessionGuard } from "@/components/lastpass/session-guard";

export function ActionsPage() {
  return (
    <SessionGuard needs="GET actions">
      {(session) => <ActionRecord session={session} />}
    </SessionGuard>
  );
}

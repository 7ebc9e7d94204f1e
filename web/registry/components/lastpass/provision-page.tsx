"use client";

import { NewUserForm } from "@/components/lastpass/new-user-form";
import { SessionGuard } from "@/components/lastpass/session-guard";
import { provisionFields } from "@/lib/lastpass-new-user";

export function ProvisionPage() {
  return (
    <SessionGuard needs="POST provision-user">
      {(session) => (
        <NewUserForm session={session} title="New LastPass account" fields={provisionFields} />
      )}
    </SessionGuard>
  );
}

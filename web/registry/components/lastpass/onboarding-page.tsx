"use client";

import { NewUserForm } from "@/components/lastpass/new-user-form";
import { SessionGuard } from "@/components/lastpass/session-guard";
import { onboardingFields } from "@/lib/lastpass-new-user";

export function OnboardingPage() {
  return (
    <SessionGuard needs="POST provision-user">
      {(session) => <NewUserForm session={session} title="Onboarding" fields={onboardingFields} />}
    </SessionGuard>
  );
}

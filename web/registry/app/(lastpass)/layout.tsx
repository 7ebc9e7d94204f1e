import { NuqsAdapter } from "nuqs/adapters/next/app";
import { Suspense, type ReactNode } from "react";

import { AppShell } from "@/components/lastpass/app-shell";

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <AppShell>
      <Suspense>
        <NuqsAdapter>{children}</NuqsAdapter>
      </Suspense>
    </AppShell>
  );
}

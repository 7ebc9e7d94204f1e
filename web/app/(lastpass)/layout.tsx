import { NuqsAdapter } from "nuqs/adapters/next/app";
import { Suspense, type ReactNode } from "react";

import { AppShell } from "@/components/lastpass/app-shell";

import { ThemeToggle } from "../theme-toggle";

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <AppShell actions={<ThemeToggle />}>
      <Suspense>
        <NuqsAdapter>{children}</NuqsAdapter>
      </Suspense>
    </AppShell>
  );
}

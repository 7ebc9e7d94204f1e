import { NuqsAdapter } from "nuqs/adapters/next/app";
import { Suspense, type ReactNode } from "react";

import { AppShell } from "@/components/lastpass/app-shell";

import { ThemeToggle } from "../theme-toggle";

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <AppShell
      actions={
        <>
          {/* A page of its own, which is no part of the app. */}
          <a href="/docs" className="rounded-md px-2 py-1 text-sm hover:bg-accent">
            API
          </a>
          <ThemeToggle />
        </>
      }
    >
      <Suspense>
        <NuqsAdapter>{children}</NuqsAdapter>
      </Suspense>
    </AppShell>
  );
}

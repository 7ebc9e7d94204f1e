"use client";

import { LogOut } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";

import { CommandPalette } from "@/components/lastpass/command-palette";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { useSession } from "@/hooks/use-lastpass";
import { roleLabels } from "@/lib/lastpass-format";
import { permitted } from "@/lib/lastpass-pages";
import { cn } from "@/lib/utils";

/** The frame of every page: navigation by role, the user, and sign-out. */
export function AppShell({ actions, children }: { actions?: ReactNode; children: ReactNode }) {
  const { session, signOut } = useSession();
  const pathname = usePathname();
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded-md focus:bg-primary focus:px-3 focus:py-2 focus:text-primary-foreground"
      >
        Skip to content
      </a>
      <header className="border-b bg-card print:hidden">
        <div className="mx-auto flex max-w-screen-2xl flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2 sm:px-6">
          <Link href="/" className="font-semibold whitespace-nowrap">
            LastPass security
          </Link>
          <nav
            aria-label="Pages"
            className="order-last -mx-2 flex w-full flex-wrap gap-1 sm:order-none sm:w-auto"
          >
            {session &&
              permitted(session).map((page) => (
                <Link
                  key={page.href}
                  href={page.href}
                  aria-current={pathname === page.href ? "page" : undefined}
                  className={cn(
                    "rounded-md px-3 py-1.5 text-sm hover:bg-accent",
                    pathname === page.href && "bg-secondary font-medium",
                  )}
                >
                  {page.label}
                </Link>
              ))}
          </nav>
          <div className="ml-auto flex items-center gap-2">
            {session?.signedIn && (
              <>
                {session.role && <CommandPalette session={session} />}
                {session.role && (
                  <Badge variant="secondary" title={session.actor ?? undefined}>
                    {roleLabels[session.role]}
                  </Badge>
                )}
                <Button variant="ghost" size="icon-sm" aria-label="Sign out" onClick={signOut}>
                  <LogOut aria-hidden="true" />
                </Button>
              </>
            )}
            {actions}
          </div>
        </div>
      </header>
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto w-full max-w-screen-2xl flex-1 px-4 py-6 outline-hidden sm:px-6"
      >
        {children}
      </main>
    </div>
  );
}

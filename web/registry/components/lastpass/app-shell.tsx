"use client";

import { LogOut } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useEffect, useRef, useState, type ReactNode } from "react";

import { CommandPalette } from "@/components/lastpass/command-palette";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { useSession } from "@/hooks/use-lastpass";
import { ApiError } from "@/lib/lastpass";
import { roleLabels } from "@/lib/lastpass-format";
import { permitted } from "@/lib/lastpass-pages";
import { cn } from "@/lib/utils";

/** The frame of every page: navigation by role, the user, and sign-out. */
export function AppShell({ actions, children }: { actions?: ReactNode; children: ReactNode }) {
  const { session, signOut } = useSession();
  const [failure, setFailure] = useState<string>();
  // With `trailingSlash` in Next.js's configuration it ends with one.
  const pathname = usePathname().replace(/(?<=.)\/$/, "");
  const links = session ? permitted(session) : [];

  async function leave() {
    setFailure(undefined);
    try {
      await signOut();
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      setFailure(error.message);
    }
  }

  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded-md focus:bg-primary focus:px-3 focus:py-2 focus:text-primary-foreground"
      >
        Skip to content
      </a>
      <header className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b bg-card px-4 py-2 sm:px-6 print:hidden">
        <Link href="/" className="font-semibold whitespace-nowrap">
          LastPass security
        </Link>
        <div className="ml-auto flex items-center gap-2">
          {session?.signedIn && (
            <>
              {session.role && <CommandPalette session={session} />}
              {session.role && (
                <Badge variant="secondary" title={session.actor ?? undefined}>
                  {roleLabels[session.role]}
                </Badge>
              )}
              <Button variant="ghost" size="icon-sm" aria-label="Sign out" onClick={leave}>
                <LogOut aria-hidden="true" />
              </Button>
            </>
          )}
          {actions}
        </div>
        <p role="alert" className="w-full text-sm text-destructive empty:hidden">
          {failure && `You may still be signed in. ${failure}`}
        </p>
      </header>
      <div className="flex flex-1 flex-col lg:flex-row">
        {/* Its place is kept until it is known that there is nothing to show. */}
        {(!session || links.length > 0) && (
          <nav
            aria-label="Pages"
            className="border-b bg-card lg:w-48 lg:shrink-0 lg:border-r lg:border-b-0 print:hidden"
          >
            <div className="flex min-h-10 gap-1 overflow-x-auto px-2 py-1 sm:px-4 lg:sticky lg:top-0 lg:flex-col lg:px-3 lg:py-4">
              {links.map(({ href, label }) => (
                <NavigationLink key={href} href={href} label={label} current={pathname === href} />
              ))}
            </div>
          </nav>
        )}
        <main
          id="content"
          tabIndex={-1}
          className="mx-auto w-full max-w-screen-2xl min-w-0 flex-1 px-4 py-6 outline-hidden sm:px-6"
        >
          {children}
        </main>
      </div>
    </div>
  );
}

/** Below the width of a sidebar the links scroll sideways; the one of this page is in view. */
function NavigationLink({
  href,
  label,
  current,
}: {
  href: string;
  label: string;
  current: boolean;
}) {
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (current) {
      link.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }, [current]);
  return (
    <Link
      ref={link}
      href={href}
      aria-current={current ? "page" : undefined}
      className={cn(
        "shrink-0 rounded-md px-3 py-1.5 text-sm whitespace-nowrap hover:bg-accent",
        current && "bg-secondary font-medium",
      )}
    >
      {label}
    </Link>
  );
}

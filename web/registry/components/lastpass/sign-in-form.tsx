"use client";

import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { useEffect, useState, type FormEvent } from "react";

import { ErrorState, LoadingState } from "@/components/lastpass/view-states";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { Skeleton } from "@/components/ui/skeleton";
import { useSession } from "@/hooks/use-lastpass";
import { ApiError, type Role } from "@/lib/lastpass";
import { roleLabels } from "@/lib/lastpass-format";
import { hasPage, startPage } from "@/lib/lastpass-pages";

/** The published keys of the demo company, which are valid nowhere else. */
const demoKeys: Record<Role, string> = {
  admin: "demo-admin",
  manager: "demo-manager",
  auditor: "demo-auditor",
  provisioner: "demo-provisioner",
};

const demoRoles: Role[] = ["admin", "manager", "auditor", "provisioner"];

export function SignInForm() {
  const { session, error, retry, signIn } = useSession();
  const router = useRouter();
  const next = useSearchParams().get("next");
  const [key, setKey] = useState("");
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<string>();
  // Signed in, it stays disabled until the next page is there.
  const busy = pending || session?.signedIn === true;

  useEffect(() => {
    if (session?.signedIn) {
      router.replace(startPage(session, next) ?? "/");
    }
  }, [session, next, router]);

  async function submit(value: string) {
    setPending(true);
    setFailure(undefined);
    try {
      await signIn(value);
      // With Next.js's `cacheComponents` the form is there again after the sign-out.
      setKey("");
    } catch (error) {
      setFailure(failureText(error));
    } finally {
      setPending(false);
    }
  }

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    void submit(key.trim());
  }

  if (error && !session) {
    return (
      <>
        <h1 className="sr-only">Sign in</h1>
        <ErrorState error={error} onRetry={retry} />
      </>
    );
  }
  return (
    <Card className="mx-auto w-full max-w-md">
      <CardHeader>
        <CardTitle>
          <h1>Sign in</h1>
        </CardTitle>
        <CardDescription>
          {session?.demo
            ? "This is a demo company. Choose a role to see what it may see."
            : "Enter the access key that an administrator gave you. The session lasts eight hours."}
        </CardDescription>
      </CardHeader>
      <CardContent className="space-y-5">
        {!session && (
          <LoadingState>
            <Skeleton className="h-24" />
          </LoadingState>
        )}
        {session?.demo && (
          <div role="group" aria-label="Demo roles" className="grid grid-cols-2 gap-2">
            {demoRoles.map((role) => (
              <Button
                key={role}
                variant="outline"
                disabled={busy}
                onClick={() => submit(demoKeys[role])}
              >
                {roleLabels[role]}
              </Button>
            ))}
          </div>
        )}
        {session?.ways.length === 0 && (
          <p className="text-sm">
            No one can sign in yet: that is not set up.{" "}
            {hasPage("/setup") && (
              <Link href="/setup" className="text-primary underline underline-offset-4">
                See what is missing
              </Link>
            )}
          </p>
        )}
        {session && session.ways.length > 0 && !session.ways.includes("key") && (
          <p className="text-sm text-muted-foreground">
            Access keys are not set up here. Sign in to your application, then open this page again.
          </p>
        )}
        {session?.ways.includes("key") && (
          <form onSubmit={onSubmit} className="space-y-3">
            <Label htmlFor="key">Access key</Label>
            <Input
              id="key"
              type="password"
              required
              autoComplete="current-password"
              value={key}
              aria-invalid={failure !== undefined}
              aria-describedby="key-error"
              onChange={(event) => setKey(event.target.value)}
            />
            <Button type="submit" className="w-full" disabled={busy}>
              {busy ? "Signing in…" : "Sign in"}
            </Button>
          </form>
        )}
        <p id="key-error" role="alert" className="text-sm text-destructive empty:hidden">
          {failure}
        </p>
      </CardContent>
    </Card>
  );
}

function failureText(error: unknown): string {
  if (!(error instanceof ApiError)) {
    throw error;
  }
  return error.status === 401 ? "This key is not valid." : error.message;
}

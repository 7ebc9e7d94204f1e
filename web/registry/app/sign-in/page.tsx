import type { Metadata } from "next";
import { Suspense } from "react";

import { SignInForm } from "@/components/lastpass/sign-in-form";

export const metadata: Metadata = { title: "Sign in" };

export default function SignInPage() {
  return (
    <main className="flex min-h-dvh flex-col justify-center p-4">
      <Suspense>
        <SignInForm />
      </Suspense>
    </main>
  );
}

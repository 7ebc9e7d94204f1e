"use client";

import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { Suspense } from "react";

import { useChange, useUsers } from "@/hooks/use-lastpass";

export default function Page() {
  return (
    <Suspense>
      <Change />
    </Suspense>
  );
}

/** A change in the browser, and a list that shows it. */
function Change() {
  const email = useSearchParams().get("email") ?? "";
  const { data, error: readError } = useUsers(email ? { q: email } : undefined);
  const { reply, error, pending, unsettled, dryRun, submit, retry, reset } = useChange("users");
  const body = { email, action: "deactivate" } as const;
  return (
    <>
      <h1>{data?.users[0]?.status ?? readError?.code ?? "none"}</h1>
      <p role="status">
        {unsettled && "unsettled: "}
        {pending ? "pending" : (error?.code ?? reply?.message)}
      </p>
      <button onClick={() => void dryRun(body)}>Preview</button>
      <button onClick={() => void submit(body)}>Submit</button>
      <button onClick={() => void retry()}>Retry</button>
      <button onClick={reset}>Reset</button>
      <Link href="/change">Clear</Link>
    </>
  );
}

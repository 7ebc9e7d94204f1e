"use client";

import { useRouter } from "next/navigation";
import type { FormEvent } from "react";

import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";

/** Opens a person who has left. The API has no list of them: it finds each by LastPass's id. */
export function LeaverSearch() {
  const router = useRouter();

  function open(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const id = new FormData(event.currentTarget).get("id");
    // A text field has a text.
    router.push(`/users?${new URLSearchParams({ id: String(id).trim() })}`);
  }

  return (
    <form onSubmit={open} className="max-w-md space-y-2">
      <Label htmlFor="leaver-id">LastPass id of someone who has left</Label>
      <div className="flex gap-2">
        <Input
          id="leaver-id"
          name="id"
          required
          pattern=".*\S.*"
          autoComplete="off"
          aria-describedby="leaver-hint"
        />
        <Button type="submit" variant="outline">
          Open
        </Button>
      </div>
      <p id="leaver-hint" className="text-xs text-muted-foreground">
        LastPass does not list people who have left. Where sync stores people in a database, they
        are kept under their id: an earlier CSV file of the users has it.
      </p>
    </form>
  );
}

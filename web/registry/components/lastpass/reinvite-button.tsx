"use client";

import { ChangeProblem } from "@/components/lastpass/change-problem";
import { Button } from "@/components/ui/button";
import { useChange } from "@/hooks/use-lastpass";

/** Sends the invitation again, for roles that may change users. */
export function ReinviteButton({ email }: { email: string }) {
  const change = useChange("users");
  return (
    <div className="space-y-2">
      <Button
        type="button"
        variant="outline"
        size="sm"
        disabled={change.pending || change.unsettled}
        onClick={() => void change.submit({ email, action: "reinvite" })}
      >
        Send the invitation again
      </Button>
      <p role="status" className="text-sm wrap-anywhere empty:hidden">
        {change.reply?.message}
      </p>
      <ChangeProblem change={change} />
    </div>
  );
}

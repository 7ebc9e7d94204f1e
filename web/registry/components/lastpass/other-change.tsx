import { Button } from "@/components/ui/button";
import { Card, CardContent } from "@/components/ui/card";
import type { AccountStatus } from "@/lib/lastpass";

/** What is to be done for an account that is disabled or was never created. */
export function OtherChange({
  status,
  pending,
  onSubmit,
}: {
  status: AccountStatus;
  pending: boolean;
  onSubmit: (action: "restore" | "uninvite") => void;
}) {
  if (status !== "disabled" && status !== "invited") {
    return null;
  }
  const [text, label, action] =
    status === "disabled"
      ? (["This account is disabled: its user cannot log in.", "Restore", "restore"] as const)
      : ([
          "This person is only invited and has no account yet. Withdraw the invitation, and it cannot be accepted.",
          "Withdraw the invitation",
          "uninvite",
        ] as const);
  return (
    <Card className="print:hidden">
      <CardContent className="flex flex-wrap items-center justify-between gap-3 text-sm">
        <p className="min-w-0 flex-1 basis-60">{text}</p>
        <Button variant="outline" disabled={pending} onClick={() => onSubmit(action)}>
          {pending ? "Working…" : label}
        </Button>
      </CardContent>
    </Card>
  );
}

import Link from "next/link";

import { HealthPartItem } from "@/components/lastpass/health-part-item";
import { RunSync } from "@/components/lastpass/run-sync";
import { VariableSteps } from "@/components/lastpass/variable-steps";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import type { Health, HealthStatus, Session } from "@/lib/lastpass";
import { healthLabels, healthTones, toneClasses } from "@/lib/lastpass-format";
import { firstVariables } from "@/lib/lastpass-setup";

const summaries: Record<HealthStatus, string> = {
  ok: "Everything that is set up works.",
  degraded: "The dashboard works, and a part needs attention.",
  down: "The dashboard cannot show data yet.",
  off: "Nothing is set up yet.",
};

export function SetupChecklist({
  health: { status, parts = [] },
  session,
  checking,
  onCheck,
}: {
  health: Health;
  session?: Session;
  checking: boolean;
  onCheck: () => void;
}) {
  return (
    <>
      <Card>
        <CardContent className="flex flex-wrap items-center gap-3">
          <Badge variant="outline" className={toneClasses[healthTones[status]]}>
            {healthLabels[status]}
          </Badge>
          <p role="status" className="font-medium">
            {summaries[status]}
          </p>
          <Button
            variant="outline"
            size="sm"
            className="ml-auto"
            disabled={checking}
            onClick={onCheck}
          >
            {checking ? "Checking…" : "Check again"}
          </Button>
        </CardContent>
      </Card>
      {parts.length > 0 && (
        <ol className="space-y-4">
          {parts.map((part) => (
            <li key={part.name}>
              <HealthPartItem part={part}>
                {part.name === "sync" && session?.may.includes("POST sync") && <RunSync />}
              </HealthPartItem>
            </li>
          ))}
        </ol>
      )}
      <Hidden parts={parts.length} session={session} />
      {session?.demo && (
        <Card>
          <CardHeader>
            <CardTitle>
              <h2>Connect your own company</h2>
            </CardTitle>
            <CardDescription>
              This is a demo company: nothing is missing. For your own, remove LASTPASS_DEMO, set
              these variables where the functions run, and deploy again.
            </CardDescription>
          </CardHeader>
          <CardContent className="space-y-4">
            {firstVariables.map((variable) => (
              <VariableSteps key={variable} variable={variable} />
            ))}
          </CardContent>
        </Card>
      )}
    </>
  );
}

/** Why parts are not shown: `health` shows all of them to admins alone. */
function Hidden({ parts, session }: { parts: number; session?: Session }) {
  if (!session || session.role === "admin") {
    return null;
  }
  if (session.signedIn) {
    return (
      <p className="text-sm text-muted-foreground">
        Your role sees whether everything works. The parts are for administrators.
      </p>
    );
  }
  return (
    <p className="text-sm text-muted-foreground">
      {parts > 0
        ? "The other parts are shown to an administrator, as soon as signing in works. "
        : "The parts are shown to an administrator. "}
      {session.ways.length > 0 && (
        <Link
          href="/sign-in?next=/setup"
          className="text-primary underline underline-offset-4 focus-visible:outline-2"
        >
          Sign in
        </Link>
      )}
    </p>
  );
}

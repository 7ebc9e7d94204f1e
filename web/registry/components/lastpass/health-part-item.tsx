import { CircleAlert, CircleCheck, CircleDashed, CircleX, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

import { VariableSteps } from "@/components/lastpass/variable-steps";
import { Badge } from "@/components/ui/badge";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import type { HealthPart, HealthStatus } from "@/lib/lastpass";
import { healthLabels, healthPartLabels, healthTones, toneClasses } from "@/lib/lastpass-format";
import { stepsTo, variablesIn } from "@/lib/lastpass-setup";
import { cn } from "@/lib/utils";

const icons: Record<HealthStatus, LucideIcon> = {
  ok: CircleCheck,
  degraded: CircleAlert,
  down: CircleX,
  off: CircleDashed,
};

/** A part: what was found, what to do, and where each variable comes from that is named. */
export function HealthPartItem({
  part: { name, status, detail, fix },
  children,
}: {
  part: HealthPart;
  /** What can be done about it here. */
  children?: ReactNode;
}) {
  const Icon = icons[status];
  const tone = toneClasses[healthTones[status]];
  const variables = status === "ok" ? [] : variablesIn(`${detail} ${fix}`).filter(stepsTo);
  return (
    <Card className={cn(status === "ok" && "border-emerald-700 dark:border-emerald-400")}>
      <CardHeader>
        <CardTitle className="flex flex-wrap items-center gap-3">
          <Icon aria-hidden="true" className={cn("size-5 shrink-0 border-0", tone)} />
          <h2>{healthPartLabels[name]}</h2>
          <Badge variant="outline" className={tone}>
            {healthLabels[status]}
          </Badge>
        </CardTitle>
      </CardHeader>
      <CardContent className="space-y-3 text-sm">
        <p className="wrap-anywhere">{sentence(detail)}</p>
        {fix !== null && (
          <p className="wrap-anywhere">
            <span className="font-medium">What to do: </span>
            {sentence(fix)}
          </p>
        )}
        {variables.map((variable) => (
          <VariableSteps key={variable} variable={variable} />
        ))}
        {children}
      </CardContent>
    </Card>
  );
}

/** The API's texts begin with a small letter and have no stop. A name of a variable stays as it is. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

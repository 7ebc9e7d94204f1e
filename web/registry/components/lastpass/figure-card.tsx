import type { ReactNode } from "react";

import { Unknown } from "@/components/lastpass/unknown";
import { Card, CardContent } from "@/components/ui/card";
import { formatNumber } from "@/lib/lastpass-format";
import { cn } from "@/lib/utils";

export function FigureCard({
  label,
  value,
  reason,
  alarming = false,
  children,
}: {
  label: string;
  value: number | null;
  /** Why the value is `null`. */
  reason?: string;
  alarming?: boolean;
  children?: ReactNode;
}) {
  return (
    <Card>
      <CardContent>
        <dl>
          <dt className="text-sm text-muted-foreground">{label}</dt>
          <dd className={cn("text-3xl font-semibold tabular-nums", alarming && "text-destructive")}>
            {value === null ? <Unknown reason={reason} /> : formatNumber(value)}
          </dd>
          <dd className="mt-1 text-xs text-muted-foreground">
            {value === null ? reason : children}
          </dd>
        </dl>
      </CardContent>
    </Card>
  );
}

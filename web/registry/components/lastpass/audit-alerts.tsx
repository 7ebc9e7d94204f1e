"use client";

import { useState } from "react";

import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import type { AuditView } from "@/hooks/use-audit-view";
import type { Alert } from "@/lib/lastpass";
import {
  alertRuleLabels,
  formatDateTime,
  formatNumber,
  severityLabels,
  severityTones,
  toneClasses,
} from "@/lib/lastpass-format";
import { cn } from "@/lib/utils";

const SHOWN = 4;

/** The alerts of the period. Each opens the events that are its evidence. */
export function AuditAlerts({
  alerts,
  timeZone,
  view,
}: {
  alerts: Alert[];
  timeZone: string;
  view: AuditView;
}) {
  const [all, setAll] = useState(false);
  const shown = all ? alerts : alerts.slice(0, SHOWN);
  return (
    <Card>
      <CardHeader>
        <CardTitle>
          <h2>Alerts</h2>
        </CardTitle>
        <CardDescription>
          {alerts.length === 0
            ? "Nothing in this period needs a review."
            : "Of the whole period, whatever the filters. Select one to see its evidence."}
        </CardDescription>
      </CardHeader>
      {alerts.length > 0 && (
        <CardContent>
          <ul className="divide-y text-sm">
            {shown.map((alert) => (
              <li key={`${alert.rule} ${alert.user} ${alert.firstAt}`}>
                <AlertButton alert={alert} timeZone={timeZone} view={view} />
              </li>
            ))}
          </ul>
          {alerts.length > SHOWN && (
            <Button variant="outline" size="sm" className="mt-3" onClick={() => setAll(!all)}>
              {all ? "Show fewer" : `Show all ${formatNumber(alerts.length)} alerts`}
            </Button>
          )}
        </CardContent>
      )}
    </Card>
  );
}

function AlertButton({
  alert,
  timeZone,
  view,
}: {
  alert: Alert;
  timeZone: string;
  view: AuditView;
}) {
  const { rule, severity, user, count, threshold, lastAt } = alert;
  return (
    <button
      type="button"
      className="flex w-full cursor-pointer flex-wrap items-center gap-x-3 gap-y-1 rounded-md px-2 py-2 text-left hover:bg-accent focus-visible:outline-2"
      onClick={() => view.clear({ alert: rule, user })}
    >
      <Badge
        variant="outline"
        className={cn("min-w-16 justify-center", toneClasses[severityTones[severity]])}
      >
        {severityLabels[severity]}
      </Badge>
      <span className="font-medium">{alertRuleLabels[rule]}</span>
      {user && <bdi className="min-w-0 wrap-anywhere">{user}</bdi>}
      <span className="text-muted-foreground tabular-nums sm:ml-auto">
        {count > 1 && `${formatNumber(count)} ${rule === "massDeletion" ? "items" : "times"}`}
        {/* Of a login from a new address it counts the logins before. */}
        {threshold > 1 &&
          rule !== "loginFromNewAddress" &&
          ` (threshold ${formatNumber(threshold)})`}
        {count > 1 && ", last "}
        <time dateTime={lastAt}>{formatDateTime(lastAt, timeZone)}</time>
      </span>
    </button>
  );
}

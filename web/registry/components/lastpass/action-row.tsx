import { ChevronRight } from "lucide-react";

import { ActionDetails } from "@/components/lastpass/action-details";
import { Badge } from "@/components/ui/badge";
import type { Action, Session } from "@/lib/lastpass";
import {
  actionNames,
  formatDateTime,
  outcomeLabels,
  outcomeTones,
  toneClasses,
} from "@/lib/lastpass-format";

/** One recorded action in a line, which opens to everything that is recorded of it. */
export function ActionRow({ action, session }: { action: Action; session: Session }) {
  const { at, actor, email, outcome } = action;
  return (
    <li>
      <details className="group">
        <summary className="grid cursor-pointer list-none grid-cols-[auto_1fr_auto] items-start gap-x-3 gap-y-0.5 px-4 py-3 text-sm hover:bg-muted/50 md:grid-cols-[auto_11rem_minmax(0,1.2fr)_minmax(0,1.5fr)_minmax(0,1fr)_auto] [&::-webkit-details-marker]:hidden">
          <ChevronRight
            aria-hidden="true"
            className="mt-0.5 size-4 transition-transform group-open:rotate-90"
          />
          <span className="font-medium md:order-2">{actionNames[action.action]}</span>
          <Badge variant="outline" className={`${toneClasses[outcomeTones[outcome]]} md:order-5`}>
            {outcomeLabels[outcome]}
          </Badge>
          <time
            dateTime={at}
            className="col-start-2 text-muted-foreground tabular-nums md:order-1 md:col-start-auto"
          >
            {formatDateTime(at)}
          </time>
          <span className="col-start-2 min-w-0 wrap-anywhere md:order-3 md:col-start-auto">
            {email !== null && <bdi>{email}</bdi>}
            {action.export && `${action.export.route} as ${action.export.format}`}
          </span>
          <span className="col-start-2 min-w-0 wrap-anywhere text-muted-foreground md:order-4 md:col-start-auto">
            by <bdi>{actor}</bdi>
          </span>
        </summary>
        <ActionDetails action={action} session={session} />
      </details>
    </li>
  );
}

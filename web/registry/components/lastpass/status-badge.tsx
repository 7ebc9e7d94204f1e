import { Badge } from "@/components/ui/badge";
import type { AccountStatus } from "@/lib/lastpass";
import { statusLabels, statusTones, toneClasses } from "@/lib/lastpass-format";

/** The state of an account, in words and by colour. */
export function StatusBadge({ status }: { status: AccountStatus }) {
  return (
    <Badge variant="outline" className={toneClasses[statusTones[status]]}>
      {statusLabels[status]}
    </Badge>
  );
}

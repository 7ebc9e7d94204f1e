import type { ReactNode } from "react";

import { Isolated } from "@/components/lastpass/isolated";
import { SiteList } from "@/components/lastpass/site-list";
import { Unknown } from "@/components/lastpass/unknown";
import { Badge } from "@/components/ui/badge";
import type { Impact } from "@/lib/lastpass";
import { formatNumber, rightsLabels } from "@/lib/lastpass-format";
import { cn } from "@/lib/utils";

/** What an off-boarding means: passwords that the leaver knows, folders, and groups. */
export function ImpactSummary({ impact }: { impact: Impact }) {
  const orphaned = new Set(impact.orphanedFolders);
  return (
    <div className="space-y-4">
      <dl className="grid grid-cols-3 gap-4">
        <Figure label="Passwords to change">
          {impact.passwordsToRotate === null ? (
            <Unknown reason="LastPass does not list the sites" />
          ) : (
            formatNumber(impact.passwordsToRotate)
          )}
        </Figure>
        <Figure label="Shared folders">{formatNumber(impact.folders.length)}</Figure>
        <Figure label="Left without administrator" alarming={orphaned.size > 0}>
          {formatNumber(orphaned.size)}
        </Figure>
      </dl>
      {impact.folders.length > 0 && (
        <ul aria-label="Folders" className="divide-y rounded-lg border bg-card text-sm">
          {impact.folders.map((folder) => (
            <li
              key={folder.id}
              className="grid gap-x-4 gap-y-1 px-3 py-2 sm:grid-cols-[minmax(0,2fr)_minmax(0,1fr)_minmax(0,1fr)]"
            >
              <span className="min-w-0 wrap-anywhere">
                <span className="font-medium">
                  <Isolated>{folder.name}</Isolated>
                </span>
                {orphaned.has(folder.id) && (
                  <Badge variant="destructive" className="ml-2">
                    No administrator left
                  </Badge>
                )}
              </span>
              <span className="text-muted-foreground">
                {rightsLabels[folder.rights]},{" "}
                {folder.passwordsVisible ? "sees passwords" : "passwords hidden"}
              </span>
              <div className="min-w-0 wrap-anywhere">
                <SiteList sites={folder.sites} />
              </div>
            </li>
          ))}
        </ul>
      )}
      <p className="text-sm wrap-anywhere text-muted-foreground">
        {impact.groups.length === 0 ? "In no group." : "Groups: "}
        {impact.groups.map((group, index) => (
          <span key={group}>
            {index > 0 && ", "}
            <Isolated>{group}</Isolated>
          </span>
        ))}
      </p>
    </div>
  );
}

function Figure({
  label,
  alarming = false,
  children,
}: {
  label: string;
  alarming?: boolean;
  children: ReactNode;
}) {
  return (
    <div className="flex flex-col justify-between">
      <dt className="text-xs text-muted-foreground sm:text-sm">{label}</dt>
      <dd className={cn("text-2xl font-semibold tabular-nums", alarming && "text-destructive")}>
        {children}
      </dd>
    </div>
  );
}

"use client";

import { Download, Printer } from "lucide-react";

import { Isolated } from "@/components/lastpass/isolated";
import { RotationFolder } from "@/components/lastpass/rotation-folder";
import { Unknown } from "@/components/lastpass/unknown";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { useTicks } from "@/hooks/use-ticks";
import { saveFile, type Action, type AffectedFolder, type Impact } from "@/lib/lastpass";
import { csvOf } from "@/lib/lastpass-csv";
import { actionNames, formatNumber, formatZonedTime } from "@/lib/lastpass-format";

const paper = "@page { size: A4; margin: 14mm; }";

/** An entry of a folder: a site, or all of them where LastPass does not list them. */
export interface RotationEntry {
  /** Names it among the ticks, which contain no name. */
  id: string;
  site: string | null;
}

/** The passwords that a leaver could see, to be changed and ticked off. */
export function RotationList({
  action,
  impact,
  name,
}: {
  action: Action;
  impact: Impact;
  /** The leaver's name, if it is known. */
  name?: string;
}) {
  const { ticked, tick, clear } = useTicks(action.id);
  const visible = impact.folders.filter((folder) => folder.passwordsVisible);
  const hidden = impact.folders.filter((folder) => !folder.passwordsVisible);
  const entries = visible.flatMap(entriesOf);
  const done = entries.filter(({ id }) => ticked.has(id)).length;

  function download() {
    const rows = visible.flatMap((folder) =>
      entriesOf(folder).map(({ id, site }) => [
        folder.name,
        site ?? "all sites",
        ticked.has(id) ? "yes" : "no",
      ]),
    );
    const csv = csvOf([["folder", "site", "changed"], ...rows]);
    saveFile(
      new Blob([csv], { type: "text/csv;charset=utf-8" }),
      `passwords-to-change-${action.at.slice(0, 10)}.csv`,
    );
  }

  return (
    <Card className="print:border-0 print:p-0">
      <style>{paper}</style>
      <CardHeader className="print:px-0">
        <CardTitle>
          <h2>Passwords to change</h2>
        </CardTitle>
        <p className="text-sm wrap-anywhere text-muted-foreground">
          {name && (
            <>
              <Isolated>{name}</Isolated>,{" "}
            </>
          )}
          <Isolated>{action.email}</Isolated>: {actionNames[action.action].toLowerCase()},{" "}
          {formatZonedTime(action.at)}, by <Isolated>{action.actor}</Isolated>
        </p>
      </CardHeader>
      <CardContent className="space-y-4 print:px-0">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <p className="text-sm">
            <span className="text-3xl font-semibold tabular-nums">
              {impact.passwordsToRotate === null ? (
                <Unknown reason="LastPass does not list the sites" />
              ) : (
                formatNumber(impact.passwordsToRotate)
              )}
            </span>{" "}
            to change
          </p>
          <p role="status" className="text-sm text-muted-foreground tabular-nums">
            {`${formatNumber(done)} of ${formatNumber(entries.length)} ticked`}
          </p>
          <div className="ml-auto flex flex-wrap gap-2 print:hidden">
            <Button variant="outline" size="sm" onClick={() => print()}>
              <Printer aria-hidden="true" />
              Print
            </Button>
            <Button variant="outline" size="sm" onClick={download}>
              <Download aria-hidden="true" />
              Download
            </Button>
          </div>
        </div>
        <p className="text-xs text-muted-foreground print:hidden">
          Ticks are kept in this browser only: neither LastPass nor the change record has them. The
          list itself is in the change record.
        </p>
        {entries.length === 0 && (
          <p className="text-sm text-muted-foreground">
            This person could see no password in a shared folder.
          </p>
        )}
        {visible.map((folder) => (
          <RotationFolder
            key={folder.id}
            folder={folder}
            entries={entriesOf(folder)}
            ticked={ticked}
            onTick={tick}
          />
        ))}
        {hidden.length > 0 && (
          <p className="text-sm wrap-anywhere text-muted-foreground">
            Could use, but not see the passwords of:{" "}
            {hidden.map(({ id, name }, index) => (
              <span key={id}>
                {index > 0 && ", "}
                <Isolated>{name}</Isolated>
              </span>
            ))}
          </p>
        )}
        {done > 0 && (
          <Button variant="ghost" size="sm" className="print:hidden" onClick={clear}>
            Remove all ticks
          </Button>
        )}
      </CardContent>
    </Card>
  );
}

function entriesOf({ id, sites }: AffectedFolder): RotationEntry[] {
  return sites === null
    ? [{ id: `${id}:all`, site: null }]
    : sites.map((site, index) => ({ id: `${id}:${index}`, site }));
}

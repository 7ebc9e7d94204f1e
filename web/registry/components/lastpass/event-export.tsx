"use client";

import { Download } from "lucide-react";
import { useState } from "react";

import { Button, buttonVariants } from "@/components/ui/button";
import { Popover, PopoverContent, PopoverTrigger } from "@/components/ui/popover";
import type { AuditFilters } from "@/hooks/use-audit-view";
import { api, ApiError, type FileQuery } from "@/lib/lastpass";

type Format = FileQuery<"audit-logs">["format"];

const formats: [Format, string, string][] = [
  ["csv", "CSV", "a table, for spreadsheets and auditors"],
  ["ndjson", "NDJSON", "one event per line, as the API returns it"],
  ["ocsf", "OCSF", "one event per line, in the schema of SIEMs"],
];

/** Saves every event that matches, not only those that are shown. */
export function EventExport({ filters }: { filters: AuditFilters }) {
  const [busy, setBusy] = useState<Format>();
  const [outcome, setOutcome] = useState<{ text: string; failed: boolean }>();

  async function save(format: Format) {
    setBusy(format);
    setOutcome(undefined);
    try {
      await api.download("audit-logs", { ...filters, format });
      setOutcome({ text: "Saved.", failed: false });
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      setOutcome({ text: error.message, failed: true });
    } finally {
      setBusy(undefined);
    }
  }

  return (
    <Popover>
      <PopoverTrigger className={buttonVariants({ variant: "outline", size: "sm" })}>
        <Download aria-hidden="true" />
        Export
      </PopoverTrigger>
      <PopoverContent align="end" aria-label="Export">
        <p>Every event that matches the filters, as a file:</p>
        <ul className="mt-3 space-y-2">
          {formats.map(([format, label, description]) => (
            <li key={format}>
              <Button
                variant="outline"
                size="sm"
                disabled={busy !== undefined}
                aria-describedby={`export-${format}`}
                onClick={() => save(format)}
              >
                {busy === format ? "Exporting…" : label}
              </Button>
              <p id={`export-${format}`} className="mt-0.5 text-xs text-muted-foreground">
                {description}
              </p>
            </li>
          ))}
        </ul>
        <p
          role="status"
          className={outcome?.failed ? "mt-3 text-destructive" : "mt-3 empty:hidden"}
        >
          {outcome?.text}
        </p>
      </PopoverContent>
    </Popover>
  );
}

"use client";

import { Download } from "lucide-react";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { api, ApiError, type FileQuery, type FileRoute } from "@/lib/lastpass";

/** Saves every row that matches `query` as a CSV file. */
export function CsvButton<R extends FileRoute>({
  route,
  query,
}: {
  route: R;
  query: Omit<FileQuery<R>, "format">;
}) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();

  async function save() {
    setBusy(true);
    setFailure(undefined);
    try {
      // Every route with files has this format, which a generic route hides.
      await api.download(route, { ...query, format: "csv" } as FileQuery<R>);
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      setFailure(error.message);
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <p role="alert" className="text-sm text-destructive empty:hidden">
        {failure}
      </p>
      <Button variant="outline" size="sm" disabled={busy} onClick={save}>
        <Download aria-hidden="true" />
        {busy ? "Exporting…" : "Export CSV"}
      </Button>
    </>
  );
}

"use client";

import { Download } from "lucide-react";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { api, ApiError, type Query, type Replies } from "@/lib/lastpass";

/** Saves every row that matches `query` as a CSV file. */
export function CsvButton({ route, query }: { route: keyof Replies; query: Query }) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();

  async function save() {
    setBusy(true);
    setFailure(undefined);
    try {
      await api.download(route, { ...query, format: "csv" }, `${route}.csv`);
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

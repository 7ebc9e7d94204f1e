"use client";

import { useState } from "react";

import { Button } from "@/components/ui/button";
import { formatNumber } from "@/lib/lastpass-format";

/**
 * Pages of a list by cursor. The API's cursors lead forward; those that this list has passed lead back. Give it a `key`
 * of the filters and the order, so that it forgets the cursors of another list.
 */
export function Pager({
  rows,
  total,
  limit,
  cursor,
  nextCursor,
  onPage,
}: {
  /** How many rows this page has. */
  rows: number;
  total: number;
  limit: number;
  /** `null` for the first page. */
  cursor: string | null;
  nextCursor: string | null;
  onPage: (cursor: string | null) => void;
}) {
  const [passed, setPassed] = useState<(string | null)[]>([null]);
  // -1 after a pasted link into the middle of the list.
  const index = passed.indexOf(cursor);
  const first = index * limit + 1;
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 text-sm">
      <p role="status" className="text-muted-foreground tabular-nums">
        {index === -1
          ? `${formatNumber(rows)} of ${formatNumber(total)}`
          : `${formatNumber(first)}–${formatNumber(first + rows - 1)} of ${formatNumber(total)}`}
      </p>
      <div className="flex gap-2">
        <Button variant="outline" size="sm" disabled={cursor === null} onClick={() => onPage(null)}>
          First
        </Button>
        <Button
          variant="outline"
          size="sm"
          disabled={index < 1}
          onClick={() => onPage(passed[index - 1] ?? null)}
        >
          Previous
        </Button>
        <Button
          variant="outline"
          size="sm"
          disabled={nextCursor === null}
          onClick={() => {
            if (index !== -1) {
              setPassed([...passed.slice(0, index + 1), nextCursor]);
            }
            onPage(nextCursor);
          }}
        >
          Next
        </Button>
      </div>
    </div>
  );
}

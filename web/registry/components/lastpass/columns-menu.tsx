"use client";

import { Columns3 } from "lucide-react";

import { columnIds, columns, type ColumnId } from "@/components/lastpass/user-columns";
import { buttonVariants } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Label } from "@/components/ui/label";
import { Popover, PopoverContent, PopoverTrigger } from "@/components/ui/popover";
import type { Meta } from "@/lib/lastpass";
import { reasonOf } from "@/lib/lastpass-format";

export function ColumnsMenu({
  shown,
  meta,
  onChange,
}: {
  shown: ColumnId[];
  meta: Meta;
  onChange: (columns: ColumnId[]) => void;
}) {
  return (
    <Popover>
      <PopoverTrigger className={buttonVariants({ variant: "outline", size: "sm" })}>
        <Columns3 aria-hidden="true" />
        Columns
      </PopoverTrigger>
      <PopoverContent align="end" aria-label="Columns">
        <ul className="space-y-3">
          {columnIds.map((id) => {
            const reason = reasonOf(meta, `users.${columns[id].member}`);
            return (
              <li key={id} className="flex items-start gap-2">
                <Checkbox
                  id={`column-${id}`}
                  className="mt-0.5"
                  aria-describedby={reason && `column-${id}-reason`}
                  checked={shown.includes(id)}
                  onCheckedChange={(checked) =>
                    onChange(
                      columnIds.filter((other) => (other === id ? checked : shown.includes(other))),
                    )
                  }
                />
                <div>
                  <Label htmlFor={`column-${id}`}>{columns[id].label}</Label>
                  {reason && (
                    <p id={`column-${id}-reason`} className="text-xs text-muted-foreground">
                      {reason}
                    </p>
                  )}
                </div>
              </li>
            );
          })}
        </ul>
      </PopoverContent>
    </Popover>
  );
}

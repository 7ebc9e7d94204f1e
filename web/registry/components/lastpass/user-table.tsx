import { ArrowDown, ArrowUp, ArrowUpDown } from "lucide-react";
import Link from "next/link";

import {
  columns,
  type ColumnId,
  type Sort,
  type SortKey,
} from "@/components/lastpass/user-columns";
import { Badge } from "@/components/ui/badge";
import {
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
} from "@/components/ui/table";
import type { Meta, User } from "@/lib/lastpass";
import { cn } from "@/lib/utils";

export function UserTable({
  users,
  meta,
  shown,
  sort,
  onSort,
}: {
  users: User[];
  meta: Meta;
  shown: ColumnId[];
  sort: Sort;
  onSort: (sort: Sort) => void;
}) {
  return (
    <Table aria-label="Users">
      <TableHeader>
        <TableRow>
          <SortableHead label="User" by="email" sort={sort} onSort={onSort} />
          {shown.map((id) => {
            const { label, sort: by, numeric } = columns[id];
            return (
              <SortableHead
                key={id}
                label={label}
                by={by}
                numeric={numeric}
                sort={sort}
                onSort={onSort}
              />
            );
          })}
        </TableRow>
      </TableHeader>
      <TableBody>
        {users.map((user) => (
          <TableRow key={user.email}>
            <TableCell>
              <Link
                href={`/users?${new URLSearchParams({ email: user.email })}`}
                prefetch={false}
                className="font-medium underline-offset-4 hover:underline"
              >
                {user.email}
              </Link>
              <div className="flex items-center gap-2 text-muted-foreground">
                {user.name}
                {user.isAdmin && <Badge variant="secondary">Admin</Badge>}
              </div>
            </TableCell>
            {shown.map((id) => (
              <TableCell key={id} className={cn(columns[id].numeric && "tabular-nums")}>
                {columns[id].cell(user, meta)}
              </TableCell>
            ))}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function SortableHead({
  label,
  by,
  numeric,
  sort,
  onSort,
}: {
  label: string;
  by?: SortKey;
  numeric?: boolean;
  sort: Sort;
  onSort: (sort: Sort) => void;
}) {
  if (!by) {
    return <TableHead scope="col">{label}</TableHead>;
  }
  const ascending = sort === by;
  const descending = sort === `-${by}`;
  const Arrow = ascending ? ArrowUp : descending ? ArrowDown : ArrowUpDown;
  return (
    <TableHead
      scope="col"
      aria-sort={ascending ? "ascending" : descending ? "descending" : undefined}
    >
      <button
        type="button"
        className="-mx-2 inline-flex cursor-pointer items-center gap-1 rounded-md px-2 py-1 hover:bg-accent focus-visible:outline-2"
        onClick={() => onSort(ascending ? `-${by}` : by)}
      >
        {label}
        <Arrow
          aria-hidden="true"
          className={cn("size-3.5", !ascending && !descending && "opacity-40")}
        />
        <span className="sr-only">{numeric ? " (number)" : ""}</span>
      </button>
    </TableHead>
  );
}

"use client";

import Link from "next/link";
import { useSearchParams } from "next/navigation";

import { Isolated } from "@/components/lastpass/isolated";
import { Unknown } from "@/components/lastpass/unknown";
import { Badge } from "@/components/ui/badge";
import {
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
} from "@/components/ui/table";
import type { AccessibleFolder, Meta, SharedFolder } from "@/lib/lastpass";
import { formatNumber, reasonOf, rightsLabels, viaText } from "@/lib/lastpass-format";
import { cn } from "@/lib/utils";

/** Shared folders; with `access`, also what the one person that they are filtered by may do in each. */
export function FolderTable({
  folders,
  meta,
  access,
}: {
  folders: SharedFolder[];
  meta: Meta;
  access?: Map<string, AccessibleFolder>;
}) {
  // A folder's link keeps the filters, which closing it shows again.
  const query = useSearchParams();
  return (
    <Table
      aria-label="Shared folders"
      className="max-md:table-fixed [&_td]:wrap-anywhere [&_td]:whitespace-normal [&_th]:whitespace-normal"
    >
      <TableHeader>
        <TableRow>
          <TableHead scope="col" className="w-2/5">
            Folder
          </TableHead>
          {access ? (
            <>
              <TableHead scope="col">Rights</TableHead>
              <TableHead scope="col">How</TableHead>
            </>
          ) : (
            <>
              <TableHead scope="col">People</TableHead>
              <TableHead scope="col">Admins</TableHead>
              <TableHead scope="col">Sites</TableHead>
              <TableHead scope="col" className="max-sm:hidden">
                Score
              </TableHead>
            </>
          )}
        </TableRow>
      </TableHeader>
      <TableBody>
        {folders.map((folder) => (
          <TableRow key={folder.id}>
            <TableCell>
              <Link
                href={`/shared-folders?${new URLSearchParams([...query, ["id", folder.id]])}`}
                prefetch={false}
                className="font-medium underline-offset-4 hover:underline"
              >
                <Isolated>{folder.name}</Isolated>
              </Link>
              {folder.deleted && (
                <Badge variant="secondary" className="ml-2">
                  Deleted
                </Badge>
              )}
            </TableCell>
            {access ? (
              <AccessCells access={access.get(folder.id)} />
            ) : (
              <>
                <TableCell className="tabular-nums">{formatNumber(folder.users)}</TableCell>
                <TableCell
                  className={cn("tabular-nums", folder.administrators === 0 && "text-destructive")}
                >
                  {folder.administrators === 0 ? "None" : formatNumber(folder.administrators)}
                </TableCell>
                <TableCell className="tabular-nums">
                  {figure(folder.sites, reasonOf(meta, "folders.sites"))}
                </TableCell>
                <TableCell className="tabular-nums max-sm:hidden">
                  {figure(folder.score, reasonOf(meta, "folders.score"))}
                </TableCell>
              </>
            )}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function AccessCells({ access }: { access?: AccessibleFolder }) {
  if (!access) {
    return (
      <TableCell colSpan={2}>
        <Unknown reason="open the folder to see the rights" />
      </TableCell>
    );
  }
  return (
    <>
      <TableCell>
        {rightsLabels[access.rights]}
        <span className="block text-muted-foreground">
          {access.passwordsVisible ? "Sees passwords" : "Passwords hidden"}
        </span>
      </TableCell>
      <TableCell>
        <bdi>{viaText(access.via)}</bdi>
      </TableCell>
    </>
  );
}

function figure(value: number | null, reason?: string) {
  return value === null ? <Unknown reason={reason} /> : formatNumber(value);
}

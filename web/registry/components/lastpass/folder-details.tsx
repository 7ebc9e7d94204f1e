"use client";

import { ArrowLeft } from "lucide-react";

import { FolderPeople } from "@/components/lastpass/folder-people";
import { FreshnessBadge } from "@/components/lastpass/freshness-badge";
import { Unknown } from "@/components/lastpass/unknown";
import { ErrorState, LoadingState } from "@/components/lastpass/view-states";
import { Warnings } from "@/components/lastpass/warnings";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardContent } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { useSharedFolder } from "@/hooks/use-lastpass";
import type { Session, SharedFolderReply } from "@/lib/lastpass";
import { formatNumber, reasonOf } from "@/lib/lastpass-format";

/** One shared folder: who can open it, in which way, and with which rights. */
export function FolderDetails({
  id,
  session,
  onClose,
}: {
  id: string;
  session: Session;
  onClose: () => void;
}) {
  const { data, error, mutate } = useSharedFolder(id);
  return (
    <div className="space-y-6">
      <Button variant="ghost" size="sm" className="-ml-3" onClick={onClose}>
        <ArrowLeft aria-hidden="true" />
        All shared folders
      </Button>
      {error && (
        <>
          <h1 className="text-2xl font-semibold">Shared folder</h1>
          <ErrorState error={error} onRetry={() => void mutate()} />
        </>
      )}
      {!data && !error && (
        <LoadingState className="space-y-4">
          <Skeleton className="h-8 w-72 max-w-full" />
          <Skeleton className="h-24 rounded-xl" />
          <Skeleton className="h-96 rounded-xl" />
        </LoadingState>
      )}
      {data && (
        <>
          <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
            <h1 className="text-2xl font-semibold wrap-anywhere">
              <bdi>{data.folder.name}</bdi>
            </h1>
            {data.folder.deleted && <Badge variant="secondary">Deleted</Badge>}
            <div className="sm:ml-auto">
              <FreshnessBadge meta={data.meta} />
            </div>
          </div>
          <Warnings meta={data.meta} />
          <Figures reply={data} />
          <FolderPeople
            key={id}
            people={data.folder.people}
            meta={data.meta}
            linked={session.may.includes("GET users")}
          />
        </>
      )}
    </div>
  );
}

function Figures({ reply: { folder, meta } }: { reply: SharedFolderReply }) {
  const figures: [string, number | null, string?][] = [
    ["People who can open it", folder.users],
    ["Administrators", folder.administrators],
    ["Sites", folder.sites, reasonOf(meta, "folder.sites")],
    ["Score", folder.score, reasonOf(meta, "folder.score")],
  ];
  return (
    <Card>
      <CardContent>
        <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-4">
          {figures.map(([label, value, reason]) => (
            <div key={label}>
              <dt className="text-sm text-muted-foreground">{label}</dt>
              <dd className="text-2xl font-semibold tabular-nums">
                {value === null ? <Unknown reason={reason} /> : formatNumber(value)}
              </dd>
              {value === null && reason && (
                <dd className="text-xs text-muted-foreground">{reason}</dd>
              )}
            </div>
          ))}
        </dl>
      </CardContent>
    </Card>
  );
}

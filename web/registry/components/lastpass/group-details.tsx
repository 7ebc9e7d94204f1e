"use client";

import Link from "next/link";

import { AddMember } from "@/components/lastpass/add-member";
import { ChangeProblem } from "@/components/lastpass/change-problem";
import { ChangeReceipt } from "@/components/lastpass/change-receipt";
import { FreshnessBadge } from "@/components/lastpass/freshness-badge";
import { GroupMembers } from "@/components/lastpass/group-members";
import { None } from "@/components/lastpass/none";
import { Unknown } from "@/components/lastpass/unknown";
import { EmptyState, ErrorState, LoadingState } from "@/components/lastpass/view-states";
import { Warnings } from "@/components/lastpass/warnings";
import { Card, CardContent } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { useChange, useGroups } from "@/hooks/use-lastpass";
import type { Group, Meta, Session } from "@/lib/lastpass";
import { formatNumber, reasonOf, roleLabels } from "@/lib/lastpass-format";

/** One group: its members, and for admins adding and removing them. */
export function GroupDetails({ name, session }: { name: string; session: Session }) {
  const { data, error, mutate } = useGroups({ q: name, limit: 1000 });
  const change = useChange("groups");
  const group = data?.groups.find((group) => group.name === name);
  const mayList = session.may.includes("GET users");
  const mayChange = mayList && session.may.includes("POST groups");
  return (
    <div className="mx-auto max-w-3xl space-y-6">
      <Link href="/groups" className="text-sm text-primary underline-offset-4 hover:underline">
        All groups
      </Link>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h1 className="text-2xl font-semibold wrap-anywhere">
          <bdi>{name}</bdi>
        </h1>
        {data && <FreshnessBadge meta={data.meta} />}
      </div>
      {error && <ErrorState error={error} onRetry={() => void mutate()} />}
      {!data && !error && (
        <LoadingState>
          <Skeleton className="h-96 rounded-xl" />
        </LoadingState>
      )}
      {data && <Warnings meta={data.meta} />}
      {change.reply && (
        <ChangeReceipt key={change.reply.actionId} reply={change.reply}>
          <p className="text-sm wrap-anywhere">{change.reply.user.email}</p>
        </ChangeReceipt>
      )}
      <ChangeProblem change={change} />
      {data && !group && (
        <EmptyState title="LastPass lists no such group">
          It lists no group without members, and the name may have changed.
        </EmptyState>
      )}
      {data && group && (
        <>
          <Facts group={group} meta={data.meta} />
          {mayChange && <AddMember group={name} change={change} />}
          {mayList ? (
            <GroupMembers group={name} change={mayChange ? change : undefined} />
          ) : (
            <p className="text-sm text-muted-foreground">
              Only admins see who is in a group, and change it.
            </p>
          )}
        </>
      )}
    </div>
  );
}

function Facts({ group: { members, department, role }, meta }: { group: Group; meta: Meta }) {
  const reason = reasonOf(meta, "groups.members");
  return (
    <Card>
      <CardContent>
        <dl className="grid grid-cols-2 gap-x-6 gap-y-4 text-sm sm:grid-cols-3">
          <div>
            <dt className="text-muted-foreground">Members</dt>
            <dd className="font-medium tabular-nums">
              {members === null ? <Unknown reason={reason} /> : formatNumber(members)}
            </dd>
            {members === null && <dd className="text-xs text-muted-foreground">{reason}</dd>}
          </div>
          <div>
            <dt className="text-muted-foreground">Department</dt>
            <dd className="font-medium wrap-anywhere">
              {department ?? <None reason="of no department" />}
            </dd>
          </div>
          <div>
            <dt className="text-muted-foreground">Role here</dt>
            <dd className="font-medium">
              {role === null ? <None reason="grants no role" /> : roleLabels[role]}
            </dd>
          </div>
        </dl>
      </CardContent>
    </Card>
  );
}

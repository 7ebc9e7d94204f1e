"use client";

import { parseAsString, useQueryState } from "nuqs";

import { GroupDetails } from "@/components/lastpass/group-details";
import { GroupList } from "@/components/lastpass/group-list";
import { SessionGuard } from "@/components/lastpass/session-guard";

export function GroupsPage() {
  const [group] = useQueryState("group", parseAsString);
  return (
    <SessionGuard needs="GET groups">
      {(session) =>
        group ? <GroupDetails key={group} name={group} session={session} /> : <GroupList />
      }
    </SessionGuard>
  );
}

"use client";

import { useState } from "react";

import { SuggestInput } from "@/components/lastpass/suggest-input";
import { Button } from "@/components/ui/button";
import type { FolderView } from "@/hooks/use-folder-view";
import { useGroups, useUsers } from "@/hooks/use-lastpass";
import type { Session } from "@/lib/lastpass";

/** Whose folders: those of one person, or of one group. Suggests what the role may list. */
export function FolderFilters({ view, session }: { view: FolderView; session: Session }) {
  const { filters, change } = view;
  const [typed, setTyped] = useState("");
  const listsUsers = session.may.includes("GET users") && typed.length > 1;
  const users = useUsers(listsUsers ? { q: typed, limit: 10 } : undefined).data?.users ?? [];
  const listsGroups = session.may.includes("GET groups");
  const groups = useGroups(listsGroups ? { limit: 1000 } : undefined).data?.groups ?? [];
  return (
    <div className="grid items-end gap-3 sm:grid-cols-[2fr_1fr_auto]">
      <SuggestInput
        label="What can this person open?"
        placeholder="Address, such as ann@example.com"
        value={filters.user ?? ""}
        suggestions={users.map(({ email, name }) => ({ value: email, label: name ?? undefined }))}
        onDraft={setTyped}
        onChange={(user) => change({ user: user || null })}
      />
      <SuggestInput
        label="Through the group"
        value={filters.group ?? ""}
        suggestions={groups.map(({ name }) => ({ value: name }))}
        onChange={(group) => change({ group: group || null })}
      />
      <Button variant="ghost" disabled={!view.filtered} onClick={view.clear}>
        Clear filters
      </Button>
    </div>
  );
}

"use client";

import { useId, useState } from "react";

import { SearchInput } from "@/components/lastpass/search-input";
import { ErrorState, LoadingState } from "@/components/lastpass/view-states";
import { Checkbox } from "@/components/ui/checkbox";
import { Label } from "@/components/ui/label";
import { Skeleton } from "@/components/ui/skeleton";
import { reasonAgainst, useGroupChoice } from "@/hooks/use-group-choice";
import type { Group, Session } from "@/lib/lastpass";
import { formatNumber } from "@/lib/lastpass-format";

const SEARCHED_ABOVE = 12;

/** A checklist of the groups that LastPass lists. Those that this caller may not give are disabled, with the reason. */
export function GroupChoice({
  session,
  department,
  chosen,
  error,
  onChange,
}: {
  session: Session;
  /** The chosen department, whose group is added by itself. */
  department: string;
  chosen: string[];
  error?: string;
  onChange: (groups: string[]) => void;
}) {
  const [q, setQ] = useState("");
  const errorId = useId();
  const permitted = session.may.includes("GET groups");
  const { data, error: failure, mutate } = useGroupChoice(session, q);
  return (
    <fieldset className="space-y-3" aria-describedby={errorId}>
      <legend className="text-sm font-medium">
        Security groups <span className="font-normal text-muted-foreground">(optional)</span>
      </legend>
      {!permitted && (
        <p className="text-sm text-muted-foreground">Your role does not list groups.</p>
      )}
      {permitted && failure && <ErrorState error={failure} onRetry={() => void mutate()} />}
      {permitted && !data && !failure && (
        <LoadingState>
          <Skeleton className="h-48 rounded-lg" />
        </LoadingState>
      )}
      {data && (q !== "" || data.total > SEARCHED_ABOVE) && (
        // Enter searches, and does not send the form.
        <div onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}>
          <SearchInput label="Search groups" value={q} onChange={setQ} />
        </div>
      )}
      {data?.groups.length === 0 && (
        <p className="text-sm text-muted-foreground">
          {q === "" ? "LastPass lists no group yet." : "No group has this text in its name."}
        </p>
      )}
      {data && data.groups.length > 0 && (
        <ul className="grid max-h-80 gap-3 overflow-y-auto rounded-lg border p-3 sm:grid-cols-2">
          {data.groups.map((group) => (
            <Choice
              key={group.name}
              group={group}
              byDepartment={group.department !== null && group.department === department}
              reason={reasonAgainst(group, session)}
              isChosen={chosen.includes(group.name)}
              onChoose={(choose) =>
                onChange(
                  choose ? [...chosen, group.name] : chosen.filter((name) => name !== group.name),
                )
              }
            />
          ))}
        </ul>
      )}
      {data && data.nextCursor !== null && (
        <p className="text-xs text-muted-foreground">
          The first {formatNumber(data.groups.length)} of {formatNumber(data.total)} groups. Search
          to find another.
        </p>
      )}
      <p role="status" className="text-sm wrap-anywhere text-muted-foreground empty:hidden">
        {chosen.length > 0 && `Chosen: ${chosen.join(", ")}`}
      </p>
      <p id={errorId} className="text-sm wrap-anywhere text-destructive empty:hidden">
        {error}
      </p>
    </fieldset>
  );
}

function Choice({
  group,
  byDepartment,
  reason,
  isChosen,
  onChoose,
}: {
  group: Group;
  byDepartment: boolean;
  reason?: string;
  isChosen: boolean;
  onChoose: (choose: boolean) => void;
}) {
  const id = useId();
  const note = reason ?? (byDepartment ? "Comes with the department." : undefined);
  return (
    <li className="flex items-start gap-2">
      <Checkbox
        id={id}
        className="mt-0.5"
        aria-describedby={note && `${id}-note`}
        disabled={note !== undefined}
        checked={byDepartment || (isChosen && reason === undefined)}
        onCheckedChange={(checked) => onChoose(checked === true)}
      />
      <div className="min-w-0">
        <Label htmlFor={id} className="wrap-anywhere">
          <bdi>{group.name}</bdi>
        </Label>
        {note && (
          <p id={`${id}-note`} className="text-xs text-muted-foreground">
            {note}
          </p>
        )}
      </div>
    </li>
  );
}

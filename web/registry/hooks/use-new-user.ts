"use client";

import { useState } from "react";

import { useChange } from "@/hooks/use-lastpass";
import {
  bodyOf,
  emptyUser,
  faultOf,
  type NewUser,
  type NewUserField,
} from "@/lib/lastpass-new-user";

/** The state of a form that creates an account: what was entered, what is wrong with it, and what became of it. */
export function useNewUser(fields: NewUserField[]) {
  const change = useChange("provision-user");
  const [user, setUser] = useState(emptyUser);
  const [visited, setVisited] = useState<(keyof NewUser)[]>([]);
  /** What was changed since the last request, whose reply does not apply to it. */
  const [edited, setEdited] = useState<(keyof NewUser)[]>([]);
  const [previewed, setPreviewed] = useState(false);

  const faults = fields.flatMap((field) => {
    const fault = faultOf(field, user[field.name]);
    return fault === undefined ? [] : [{ field: field.name, fault }];
  });

  function send(isPreview: boolean) {
    setVisited(fields.map(({ name }) => name));
    setEdited([]);
    setPreviewed(isPreview);
    // A faulty form is sent as a dry run, so that the API's objections are shown together with those of this page.
    return isPreview || faults.length > 0
      ? change.dryRun(bodyOf(user))
      : change.submit(bodyOf(user));
  }

  const current = edited.length === 0 && faults.length === 0;
  return {
    user,
    change,
    set: (changes: Partial<NewUser>) => {
      setUser((before) => ({ ...before, ...changes }));
      // Every key is a member of NewUser.
      setEdited((before) => [...before, ...(Object.keys(changes) as (keyof NewUser)[])]);
    },
    visit: (field: keyof NewUser) => setVisited((before) => [...before, field]),
    /** What is wrong with a field: its own fault once it was visited, else what the API said of this value. */
    errorOf: (field: keyof NewUser): string | undefined =>
      (visited.includes(field)
        ? faults.find((fault) => fault.field === field)?.fault
        : undefined) ?? (edited.includes(field) ? undefined : change.error?.messageFor(field)),
    /** Whether the API's last error is about the form as it stands. */
    hasEdits: edited.length > 0,
    isDuplicate: change.error?.code === "already-exists" && !edited.includes("email"),
    preview: current && previewed ? change.reply : undefined,
    receipt: current && !previewed ? change.reply : undefined,
    send,
    restart: () => {
      change.reset();
      setUser(emptyUser);
      setVisited([]);
      setEdited([]);
    },
  };
}

export type NewUserForm = ReturnType<typeof useNewUser>;

"use client";

import type { FocusEvent } from "react";

import { FormField } from "@/components/lastpass/form-field";
import { UserLink } from "@/components/lastpass/user-link";
import { Input } from "@/components/ui/input";
import { NativeSelect, NativeSelectOption } from "@/components/ui/native-select";
import { reasonAgainst, useGroupChoice } from "@/hooks/use-group-choice";
import type { NewUserForm } from "@/hooks/use-new-user";
import type { Session } from "@/lib/lastpass";
import type { NewUserField } from "@/lib/lastpass-new-user";

/** One field of a form for a new user. */
export function NewUserInput({
  field: { name, label, kind, required },
  form,
  session,
}: {
  field: NewUserField;
  form: NewUserForm;
  session: Session;
}) {
  const { data } = useGroupChoice(session);
  const error = form.errorOf(name);

  function onBlur({ relatedTarget }: FocusEvent) {
    // A button checks the form itself; an error that appears between press and release could move it away.
    if (!(relatedTarget instanceof HTMLButtonElement)) {
      form.visit(name);
    }
  }

  const restricted =
    data?.groups.flatMap((group) =>
      group.department !== null && reasonAgainst(group, session) ? [group.department] : [],
    ) ?? [];
  const isDuplicate = name === "email" && form.isDuplicate;
  return (
    <FormField
      label={label}
      required={required}
      hint={
        kind === "department" && session.departments.length === 0
          ? "No department is set up: an administrator sets DEPARTMENT_GROUPS."
          : undefined
      }
      error={
        isDuplicate ? (
          <>
            This address has an account or an invitation already.{" "}
            {session.may.includes("GET users") && <UserLink email={form.user.email.trim()} />}
          </>
        ) : (
          error && `${label} ${error}`
        )
      }
    >
      {(control) =>
        kind === "department" ? (
          <NativeSelect
            {...control}
            value={form.user.department}
            onBlur={onBlur}
            onChange={(event) => form.set({ department: event.target.value })}
          >
            <NativeSelectOption value="">Choose…</NativeSelectOption>
            {session.departments.map((department) => (
              <NativeSelectOption
                key={department}
                value={department}
                disabled={restricted.includes(department)}
              >
                {department}
                {restricted.includes(department) && " (only by an admin)"}
              </NativeSelectOption>
            ))}
          </NativeSelect>
        ) : (
          <Input
            {...control}
            type={kind}
            autoComplete="off"
            value={form.user[name]}
            onBlur={onBlur}
            onChange={(event) => form.set({ [name]: event.target.value })}
          />
        )
      }
    </FormField>
  );
}

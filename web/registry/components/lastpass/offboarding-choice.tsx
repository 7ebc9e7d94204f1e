import type { OffboardingAction } from "@/components/lastpass/offboarding-form";
import { Card, CardContent } from "@/components/ui/card";

const choices: { value: OffboardingAction; label: string; meaning: string; undo: string }[] = [
  {
    value: "deactivate",
    label: "Deactivate",
    meaning:
      "Blocks the login. The vault, groups and shared folders of the account stay as they are.",
    undo: "You can undo it: restore the account here.",
  },
  {
    value: "remove",
    label: "Remove from the company",
    meaning:
      "Takes the account out of the company and its shared folders. The person keeps a personal LastPass account with what is in their own vault.",
    undo: "You cannot undo it here: the person has to be invited again.",
  },
  {
    value: "delete",
    label: "Delete",
    meaning: "Deletes the account with everything in its vault, permanently.",
    undo: "It cannot be undone.",
  },
];

/** What to do with the account. */
export function OffboardingChoice({
  value,
  withoutDeactivate,
  onChange,
}: {
  value: OffboardingAction;
  /** For an account that is disabled already. */
  withoutDeactivate: boolean;
  onChange: (action: OffboardingAction) => void;
}) {
  const shown = choices.filter((choice) => !(withoutDeactivate && choice.value === "deactivate"));
  return (
    <Card>
      <CardContent>
        <fieldset className="space-y-3">
          <legend className="mb-3 font-semibold">1. What should become of the account?</legend>
          {shown.map((choice) => (
            <label
              key={choice.value}
              className="flex cursor-pointer gap-3 rounded-lg border p-3 text-sm has-checked:border-primary has-checked:bg-secondary has-focus-visible:outline-2"
            >
              <input
                type="radio"
                name="offboarding-action"
                value={choice.value}
                aria-describedby={`${choice.value}-meaning`}
                aria-label={choice.label}
                className="mt-0.5 size-4 shrink-0 accent-primary"
                checked={choice.value === value}
                onChange={() => onChange(choice.value)}
              />
              <span className="space-y-1">
                <span className="block font-medium">{choice.label}</span>
                <span id={`${choice.value}-meaning`} className="block text-muted-foreground">
                  {choice.meaning} {choice.undo}
                </span>
              </span>
            </label>
          ))}
        </fieldset>
      </CardContent>
    </Card>
  );
}

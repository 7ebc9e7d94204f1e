import { Label } from "@/components/ui/label";
import { NativeSelect, NativeSelectOption } from "@/components/ui/native-select";

/** A choice among values, or any. */
export function SelectFilter<Value extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: Value | null;
  options: Partial<Record<Value, string>>;
  onChange: (value: Value | null) => void;
}) {
  const id = `filter-${label.toLowerCase().replaceAll(" ", "-")}`;
  // A link may name a value that is not among the options, such as a method of MFA.
  const shown = value === null || value in options ? options : { ...options, [value]: value };
  return (
    <div className="space-y-1">
      <Label htmlFor={id} className="text-xs text-muted-foreground">
        {label}
      </Label>
      <NativeSelect
        id={id}
        value={value ?? ""}
        // The options are values of the filter, and the empty one.
        onChange={(event) => onChange((event.target.value as Value) || null)}
      >
        <NativeSelectOption value="">Any</NativeSelectOption>
        {Object.entries<string | undefined>(shown).map(([option, text]) => (
          <NativeSelectOption key={option} value={option}>
            {text}
          </NativeSelectOption>
        ))}
      </NativeSelect>
    </div>
  );
}

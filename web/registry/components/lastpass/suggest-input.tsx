"use client";

import { useId, useState } from "react";

import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";

/** A field with suggestions. It reports its text on Enter, when it is left, and when a suggestion is chosen. */
export function SuggestInput({
  label,
  placeholder,
  value,
  suggestions,
  onDraft,
  onChange,
}: {
  label: string;
  placeholder?: string;
  value: string;
  suggestions: { value: string; label?: string }[];
  /** Called with every text that is typed, for the suggestions. */
  onDraft?: (text: string) => void;
  onChange: (text: string) => void;
}) {
  const id = useId();
  const [draft, setDraft] = useState<string>();

  function commit(text: string) {
    setDraft(undefined);
    if (text.trim() !== value) {
      onChange(text.trim());
    }
  }

  return (
    <div className="space-y-1">
      <Label htmlFor={id} className="text-xs text-muted-foreground">
        {label}
      </Label>
      <datalist id={`${id}-list`}>
        {suggestions.map((suggestion) => (
          <option key={suggestion.value} value={suggestion.value}>
            {suggestion.label}
          </option>
        ))}
      </datalist>
      <Input
        id={id}
        list={`${id}-list`}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        value={draft ?? value}
        onChange={(event) => {
          const text = event.target.value;
          if (suggestions.some((suggestion) => suggestion.value === text)) {
            commit(text);
          } else {
            setDraft(text);
            onDraft?.(text);
          }
        }}
        onBlur={() => draft !== undefined && commit(draft)}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            commit(draft ?? value);
          } else if (event.key === "Escape") {
            setDraft(undefined);
          }
        }}
      />
    </div>
  );
}

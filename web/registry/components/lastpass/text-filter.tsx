"use client";

import { useId } from "react";

import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { useDraft } from "@/hooks/use-draft";

/** A field of a filter that reports its text after a pause; Esc empties it. */
export function TextFilter({
  label,
  placeholder,
  value,
  onChange,
}: {
  label: string;
  placeholder?: string;
  value: string | null;
  onChange: (text: string | null) => void;
}) {
  const id = useId();
  const { text, setText, commit } = useDraft(value ?? "", (text) => onChange(text || null));
  return (
    <div className="space-y-1">
      <Label htmlFor={id} className="text-xs text-muted-foreground">
        {label}
      </Label>
      <Input
        id={id}
        type="search"
        placeholder={placeholder}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            commit("");
          }
        }}
      />
    </div>
  );
}

import { useId, type ReactNode } from "react";

import { Label } from "@/components/ui/label";

/** What the control of a field gets. */
interface ControlProps {
  id: string;
  "aria-required": boolean;
  "aria-invalid": boolean;
  "aria-describedby": string;
}

/** A field of a form: its label, its control, and below it what to enter or what is wrong. */
export function FormField({
  label,
  hint,
  error,
  required = false,
  children,
}: {
  label: string;
  hint?: string;
  error?: ReactNode;
  required?: boolean;
  children: (control: ControlProps) => ReactNode;
}) {
  const id = useId();
  return (
    <div className="space-y-1.5">
      <Label htmlFor={id}>
        {label}
        {!required && <span className="font-normal text-muted-foreground">(optional)</span>}
      </Label>
      {children({
        id,
        "aria-required": required,
        "aria-invalid": error !== undefined,
        "aria-describedby": `${id}-hint ${id}-error`,
      })}
      <p id={`${id}-hint`} className="text-xs text-muted-foreground empty:hidden">
        {hint}
      </p>
      {/* The room is kept, so that a button does not move away from the click that has shown the error. */}
      <p id={`${id}-error`} className="min-h-5 text-sm wrap-anywhere text-destructive">
        {error}
      </p>
    </div>
  );
}

"use client";

import { Checkbox as Primitive } from "@base-ui/react/checkbox";
import { Check } from "lucide-react";

import { cn } from "@/lib/utils";

export function Checkbox({ className, ...props }: Primitive.Root.Props) {
  return (
    <Primitive.Root
      data-slot="checkbox"
      className={cn(
        "flex size-4 shrink-0 items-center justify-center rounded-sm border border-input bg-card outline-offset-2 focus-visible:outline-2 data-checked:border-primary data-checked:bg-primary data-checked:text-primary-foreground data-disabled:cursor-not-allowed data-disabled:opacity-50",
        className,
      )}
      {...props}
    >
      <Primitive.Indicator data-slot="checkbox-indicator">
        <Check aria-hidden="true" className="size-3.5" />
      </Primitive.Indicator>
    </Primitive.Root>
  );
}

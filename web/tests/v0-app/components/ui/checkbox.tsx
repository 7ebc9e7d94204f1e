"use client";

import * as Primitive from "@radix-ui/react-checkbox";
import { CheckIcon } from "lucide-react";
import type { ComponentProps } from "react";

import { cn } from "@/lib/utils";

function Checkbox({ className, ...props }: ComponentProps<typeof Primitive.Root>) {
  return (
    <Primitive.Root
      className={cn(
        "size-4 shrink-0 rounded-[4px] border data-[state=checked]:bg-primary",
        className,
      )}
      {...props}
    >
      <Primitive.Indicator className="grid place-content-center">
        <CheckIcon className="size-3.5" />
      </Primitive.Indicator>
    </Primitive.Root>
  );
}

export { Checkbox };

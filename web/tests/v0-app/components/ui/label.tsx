"use client";

import * as Primitive from "@radix-ui/react-label";
import type { ComponentProps } from "react";

import { cn } from "@/lib/utils";

function Label({ className, ...props }: ComponentProps<typeof Primitive.Root>) {
  return (
    <Primitive.Root
      className={cn("flex items-center gap-2 text-sm font-medium", className)}
      {...props}
    />
  );
}

export { Label };

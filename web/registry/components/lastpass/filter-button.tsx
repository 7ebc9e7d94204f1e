import type { ReactNode } from "react";

import { cn } from "@/lib/utils";

/** A value in a list that, when selected, shows only the entries with this value. */
export function FilterButton({
  onClick,
  className,
  children,
}: {
  onClick: () => void;
  className?: string;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      title="Show only these events"
      className={cn(
        "max-w-full cursor-pointer rounded-sm text-left wrap-anywhere underline-offset-4 hover:underline focus-visible:outline-2",
        className,
      )}
      onClick={onClick}
    >
      {/* A name may be written from right to left: it must not turn what is beside it. */}
      <bdi>{children}</bdi>
    </button>
  );
}

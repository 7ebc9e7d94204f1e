"use client";

import { Popover as Primitive } from "@base-ui/react/popover";

import { cn } from "@/lib/utils";

export function Popover(props: Primitive.Root.Props) {
  return <Primitive.Root {...props} />;
}

export function PopoverTrigger(props: Primitive.Trigger.Props) {
  return <Primitive.Trigger data-slot="popover-trigger" {...props} />;
}

export function PopoverContent({
  className,
  align = "center",
  side = "bottom",
  sideOffset = 4,
  ...props
}: Primitive.Popup.Props & Pick<Primitive.Positioner.Props, "align" | "side" | "sideOffset">) {
  return (
    <Primitive.Portal>
      <Primitive.Positioner align={align} side={side} sideOffset={sideOffset} className="z-50">
        <Primitive.Popup
          data-slot="popover-content"
          className={cn(
            "max-h-(--available-height) w-72 overflow-y-auto rounded-md border bg-popover p-4 text-sm text-popover-foreground shadow-md transition-opacity focus-visible:outline-2 data-ending-style:opacity-0 data-starting-style:opacity-0",
            className,
          )}
          {...props}
        />
      </Primitive.Positioner>
    </Primitive.Portal>
  );
}

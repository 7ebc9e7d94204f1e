"use client";

import { PaletteSearch } from "@/components/lastpass/palette-search";
import { Dialog, DialogContent, DialogTitle } from "@/components/ui/dialog";
import type { Session } from "@/lib/lastpass";

export function PaletteDialog({
  session,
  open,
  onOpenChange,
}: {
  session: Session;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  return (
    <Dialog open={open} onOpenChange={(shown) => onOpenChange(shown)}>
      <DialogContent className="top-[12dvh] translate-y-0 gap-3 p-4">
        <DialogTitle className="text-sm">Find</DialogTitle>
        <PaletteSearch session={session} onDone={() => onOpenChange(false)} />
      </DialogContent>
    </Dialog>
  );
}

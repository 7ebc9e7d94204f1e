"use client";

import { Search } from "lucide-react";
import { useEffect, useState } from "react";

import { PaletteSearch } from "@/components/lastpass/palette-search";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogTitle } from "@/components/ui/dialog";
import type { Session } from "@/lib/lastpass";

/** Finds pages and people from anywhere, by Ctrl+K or ⌘K. */
export function CommandPalette({ session }: { session: Session }) {
  const [open, setOpen] = useState(false);

  useEffect(() => {
    function toggle(event: KeyboardEvent) {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setOpen((before) => !before);
      }
    }
    document.addEventListener("keydown", toggle);
    return () => document.removeEventListener("keydown", toggle);
  }, []);

  return (
    <>
      <Button
        variant="outline"
        size="sm"
        aria-keyshortcuts="Control+K Meta+K"
        className="text-muted-foreground"
        onClick={() => setOpen(true)}
      >
        <Search aria-hidden="true" />
        <span className="sr-only">Find a page or a person</span>
        <kbd aria-hidden="true" className="hidden font-sans text-xs lg:inline">
          Ctrl K
        </kbd>
      </Button>
      <Dialog open={open} onOpenChange={(shown) => setOpen(shown)}>
        <DialogContent className="top-[12dvh] translate-y-0 gap-3 p-4">
          <DialogTitle className="text-sm">Find</DialogTitle>
          <PaletteSearch session={session} onDone={() => setOpen(false)} />
        </DialogContent>
      </Dialog>
    </>
  );
}

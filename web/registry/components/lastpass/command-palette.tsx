"use client";

import { Search } from "lucide-react";
import dynamic from "next/dynamic";
import { useEffect, useState } from "react";

import { Button } from "@/components/ui/button";
import type { Session } from "@/lib/lastpass";

// Loaded when it is opened first, so that a page does not wait for it.
const PaletteDialog = dynamic(() =>
  import("./palette-dialog").then((module) => module.PaletteDialog),
);

/** Finds pages and people from anywhere, by Ctrl+K or ⌘K. */
export function CommandPalette({ session }: { session: Session }) {
  const [open, setOpen] = useState(false);
  const [used, setUsed] = useState(false);
  if (open && !used) {
    setUsed(true);
  }

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
      {used && <PaletteDialog session={session} open={open} onOpenChange={setOpen} />}
    </>
  );
}

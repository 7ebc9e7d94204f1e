"use client";

import { useRouter } from "next/navigation";
import { useEffect, useId, useState, type KeyboardEvent } from "react";

import { Input } from "@/components/ui/input";
import { usePalette, type Found } from "@/hooks/use-palette";
import type { Session } from "@/lib/lastpass";
import { formatCount } from "@/lib/lastpass-format";
import { cn } from "@/lib/utils";

/** A field with a list below it: the arrow keys choose, Enter opens. */
export function PaletteSearch({ session, onDone }: { session: Session; onDone: () => void }) {
  const router = useRouter();
  const id = useId();
  const { text, setText, findsPeople, waiting, error, pages, people, total } = usePalette(session);
  const [chosen, setChosen] = useState(0);
  const found = [...pages, ...people];
  const active = Math.min(chosen, found.length - 1);
  const optionId = (index: number) => `${id}-${index}`;

  useEffect(() => {
    document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: "nearest" });
  }, [id, active]);

  function open({ href }: Found) {
    router.push(href);
    onDone();
  }

  function onKeyDown(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const entry = found[active];
    if (step && found.length > 0) {
      event.preventDefault();
      setChosen((active + step + found.length) % found.length);
    } else if (event.key === "Enter" && entry) {
      event.preventDefault();
      open(entry);
    }
  }

  const group = (label: string, entries: Found[], first: number) =>
    entries.length > 0 && (
      <div role="group" aria-label={label}>
        <p aria-hidden="true" className="px-2 pt-2 pb-1 text-xs text-muted-foreground">
          {label}
        </p>
        {entries.map((entry, index) => (
          <Option
            key={entry.href}
            id={optionId(first + index)}
            entry={entry}
            active={first + index === active}
            onPoint={() => setChosen(first + index)}
            onOpen={() => open(entry)}
          />
        ))}
      </div>
    );

  return (
    <>
      <Input
        autoFocus
        role="combobox"
        aria-label={findsPeople ? "Page or person" : "Page"}
        aria-expanded={found.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={active < 0 ? undefined : optionId(active)}
        placeholder={findsPeople ? "A page, or a part of a name or address" : "A page"}
        autoComplete="off"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label="Found"
        className="max-h-[50dvh] overflow-y-auto empty:hidden"
      >
        {group("Pages", pages, 0)}
        {group("People", people, pages.length)}
      </div>
      <p role="status" className="px-2 text-sm text-muted-foreground">
        {waiting && text !== ""
          ? "Searching…"
          : (error?.message ?? summary(pages.length, total, findsPeople && text !== ""))}
      </p>
    </>
  );
}

function summary(pages: number, people: number, searched: boolean): string {
  if (pages + people === 0) {
    return searched ? "No page and no person matches." : "No page matches.";
  }
  const counted = formatCount(pages, "page");
  return searched ? `${counted}, ${formatCount(people, "person", "people")}` : counted;
}

function Option({
  id,
  entry: { label, detail },
  active,
  onPoint,
  onOpen,
}: {
  id: string;
  entry: Found;
  active: boolean;
  onPoint: () => void;
  onOpen: () => void;
}) {
  return (
    <div
      id={id}
      role="option"
      aria-selected={active}
      className={cn(
        "cursor-pointer rounded-md px-2 py-1.5 text-sm wrap-anywhere",
        active && "bg-accent",
      )}
      onPointerMove={onPoint}
      onClick={onOpen}
    >
      <bdi>{label}</bdi>
      {detail && (
        <span className="block text-xs text-muted-foreground">
          <bdi>{detail}</bdi>
        </span>
      )}
    </div>
  );
}

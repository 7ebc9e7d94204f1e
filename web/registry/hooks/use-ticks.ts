"use client";

import { useCallback, useMemo, useSyncExternalStore } from "react";

const PREFIX = "lastpass-ticks:";
const listeners = new Set<() => void>();
/** For a browser that keeps nothing: then ticks last as long as the page. */
const memory = new Map<string, string>();

/** Ticked entries of a list, kept in this browser alone, in every tab of it. */
export function useTicks(list: string) {
  const key = PREFIX + list;
  const text = useSyncExternalStore(
    subscribe,
    () => read(key),
    () => "",
  );
  const ticked = useMemo(() => new Set(text.split("\n").filter(Boolean)), [text]);
  const tick = useCallback(
    (entry: string, on: boolean) => {
      const entries = new Set(read(key).split("\n").filter(Boolean));
      if (on) {
        entries.add(entry);
      } else {
        entries.delete(entry);
      }
      write(key, [...entries].join("\n"));
    },
    [key],
  );
  const clear = useCallback(() => write(key, ""), [key]);
  return { ticked, tick, clear };
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    removeEventListener("storage", listener);
  };
}

function read(key: string): string {
  try {
    return localStorage.getItem(key) ?? memory.get(key) ?? "";
  } catch {
    return memory.get(key) ?? "";
  }
}

function write(key: string, text: string) {
  memory.set(key, text);
  try {
    localStorage.setItem(key, text);
  } catch {
    // The browser keeps nothing, or has no room: `memory` has it.
  }
  listeners.forEach((listener) => listener());
}

"use client";

import { useEffect, useState } from "react";

const PAUSE_MILLISECONDS = 300;

/** The text of a field while it is typed; reported after a pause, or at once by `commit`. */
export function useDraft(value: string, onChange: (text: string) => void) {
  const [draft, setDraft] = useState<string>();

  useEffect(() => {
    if (draft === undefined) {
      return;
    }
    const pause = setTimeout(() => {
      setDraft(undefined);
      onChange(draft);
    }, PAUSE_MILLISECONDS);
    return () => clearTimeout(pause);
  }, [draft, onChange]);

  const commit = (text: string) => {
    setDraft(undefined);
    onChange(text);
  };
  return { text: draft ?? value, setText: setDraft, commit };
}

import { formatDateTime } from "@/lib/lastpass-format";

/** That a person has left, since when at the latest, and which of the details are from before. */
export function LeaverNote({ leftAt }: { leftAt: string }) {
  return (
    <p className="rounded-lg border bg-card px-4 py-3 text-sm">
      LastPass no longer lists this person: sync noticed it on{" "}
      <time dateTime={leftAt}>{formatDateTime(leftAt)}</time>. Figures, department and groups are as
      last seen before that; shared folders, events and changes are those of the address now.
    </p>
  );
}

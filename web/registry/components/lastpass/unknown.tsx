/** A figure that is `null`: a dash, and why. */
export function Unknown({ reason }: { reason?: string }) {
  return (
    <span title={reason} className="text-muted-foreground">
      <span aria-hidden="true">–</span>
      <span className="sr-only">unknown{reason && `: ${reason}`}</span>
    </span>
  );
}

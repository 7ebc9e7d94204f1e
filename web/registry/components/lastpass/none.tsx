/** A value that is known to be nothing, unlike `Unknown`: a dash, and what there is none of. */
export function None({ reason }: { reason: string }) {
  return (
    <span title={reason} className="text-muted-foreground">
      <span aria-hidden="true">–</span>
      <span className="sr-only">none: {reason}</span>
    </span>
  );
}

/**
 * A name or another text of someone else: its direction is its own. A block of its own, since control characters that it
 * leaves open would otherwise turn the text after it around.
 */
export function Isolated({ children }: { children: string | null }) {
  return <bdi className="inline-block max-w-full">{children}</bdi>;
}

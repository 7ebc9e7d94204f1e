/** An address, or another name: where it does not fit, its next line begins with the `@`. */
export function Address({ children: name }: { children: string }) {
  const at = name.lastIndexOf("@");
  return at === -1 ? (
    name
  ) : (
    <>
      {name.slice(0, at)}
      <wbr />
      {name.slice(at)}
    </>
  );
}

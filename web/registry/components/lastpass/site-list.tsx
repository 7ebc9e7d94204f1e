import { Unknown } from "@/components/lastpass/unknown";
import { formatCount } from "@/lib/lastpass-format";

/** The number of sites, which opens to their names. */
export function SiteList({ sites, reason }: { sites: string[] | null; reason?: string }) {
  if (sites === null) {
    return <Unknown reason={reason ?? "LastPass does not list the sites"} />;
  }
  if (sites.length === 0) {
    return "None";
  }
  return (
    <details>
      <summary className="cursor-pointer rounded-sm">{formatCount(sites.length, "site")}</summary>
      <ul className="mt-1 space-y-0.5 text-muted-foreground">
        {sites.map((site) => (
          <li key={site}>
            <bdi>{site}</bdi>
          </li>
        ))}
      </ul>
    </details>
  );
}

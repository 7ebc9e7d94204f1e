import { Isolated } from "@/components/lastpass/isolated";
import type { RotationEntry } from "@/components/lastpass/rotation-list";
import { Checkbox } from "@/components/ui/checkbox";
import { Label } from "@/components/ui/label";
import type { AffectedFolder } from "@/lib/lastpass";
import { rightsLabels } from "@/lib/lastpass-format";
import { cn } from "@/lib/utils";

/** The entries of one folder to tick off. */
export function RotationFolder({
  folder,
  entries,
  ticked,
  onTick,
}: {
  folder: AffectedFolder;
  entries: RotationEntry[];
  ticked: Set<string>;
  onTick: (entry: string, on: boolean) => void;
}) {
  const heading = `rotation-${folder.id}`;
  return (
    <section aria-labelledby={heading} className="break-inside-avoid-page space-y-2">
      <h3 id={heading} className="border-b pb-1 text-sm font-semibold wrap-anywhere">
        <Isolated>{folder.name}</Isolated>{" "}
        <span className="font-normal text-muted-foreground">
          {rightsLabels[folder.rights].toLowerCase()}
        </span>
      </h3>
      <ul className="grid gap-x-6 gap-y-2 sm:grid-cols-2 print:grid-cols-2">
        {entries.map(({ id, site }) => (
          <li key={id} className="flex min-w-0 items-start gap-2">
            <Checkbox
              id={`tick-${id}`}
              // Browsers leave out the colour of boxes by default.
              className="mt-0.5 [print-color-adjust:exact]"
              checked={ticked.has(id)}
              onCheckedChange={(checked) => onTick(id, checked === true)}
            />
            <Label
              htmlFor={`tick-${id}`}
              className={cn(
                "min-w-0 font-normal wrap-anywhere",
                ticked.has(id) && "text-muted-foreground line-through",
              )}
            >
              <bdi>{site ?? "All sites of this folder"}</bdi>
            </Label>
          </li>
        ))}
      </ul>
    </section>
  );
}

import { FilterButton } from "@/components/lastpass/filter-button";
import {
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
} from "@/components/ui/table";
import { formatNumber } from "@/lib/lastpass-format";

/** The figures of a chart. A name shows only what it counts. */
export function FigureTable({
  label,
  of,
  rows,
}: {
  label: string;
  /** What is counted by. */
  of: string;
  rows: { name: string; value: number; onSelect: () => void }[];
}) {
  return (
    <Table aria-label={label}>
      <TableHeader>
        <TableRow>
          <TableHead scope="col">{of}</TableHead>
          <TableHead scope="col" className="text-right">
            Events
          </TableHead>
        </TableRow>
      </TableHeader>
      <TableBody>
        {rows.map(({ name, value, onSelect }) => (
          <TableRow key={name}>
            <TableCell>
              <FilterButton onClick={onSelect}>{name}</FilterButton>
            </TableCell>
            <TableCell className="text-right tabular-nums">{formatNumber(value)}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

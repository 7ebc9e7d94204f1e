import {
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
} from "@/components/ui/table";
import type { Department } from "@/lib/lastpass";
import { formatNumber } from "@/lib/lastpass-format";

/** Departments by average score, the lowest first. */
export function DepartmentTable({
  departments,
  threshold,
}: {
  departments: Department[];
  /** The score below which a user counts as at risk. */
  threshold: number;
}) {
  const worstFirst = departments.toSorted(
    (a, b) => a.averageSecurityScore - b.averageSecurityScore,
  );
  return (
    // Fixed columns never scroll sideways, which a keyboard could not do.
    <Table
      aria-label="Departments"
      className="table-fixed [&_td]:wrap-anywhere [&_td]:whitespace-normal [&_th]:whitespace-normal"
    >
      <TableHeader>
        <TableRow>
          <TableHead scope="col" className="w-2/5 sm:w-auto">
            Department
          </TableHead>
          <TableHead scope="col" aria-sort="ascending" className="sm:w-1/2">
            Average score
          </TableHead>
          <TableHead scope="col">Users</TableHead>
          <TableHead scope="col">Below {threshold}</TableHead>
        </TableRow>
      </TableHeader>
      <TableBody>
        {worstFirst.map(({ department, averageSecurityScore, users, usersBelowThreshold }) => (
          <TableRow key={department}>
            <TableCell className="whitespace-normal">{department ?? "No department"}</TableCell>
            <TableCell>
              <span className="flex items-center gap-3 tabular-nums">
                <span className="w-8">{formatNumber(averageSecurityScore)}</span>
                <span
                  aria-hidden="true"
                  className="hidden h-3 min-w-24 flex-1 rounded-sm bg-muted sm:block print:block"
                >
                  <span
                    className="block h-full rounded-sm bg-primary"
                    style={{ width: `${averageSecurityScore}%` }}
                  />
                </span>
              </span>
            </TableCell>
            <TableCell className="tabular-nums">{formatNumber(users)}</TableCell>
            <TableCell className="tabular-nums">{formatNumber(usersBelowThreshold)}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

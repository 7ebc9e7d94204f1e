import { ScoreTrendChart } from "@/components/lastpass/score-trend-chart";
import { Card, CardContent, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import {
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
} from "@/components/ui/table";
import type { SecurityReport, TrendDay } from "@/lib/lastpass";
import { formatDay, reasonOf } from "@/lib/lastpass-format";

export function ScoreTrend({ report: { trend, meta } }: { report: SecurityReport }) {
  const [first, last] = [trend.at(0), trend.at(-1)];
  return (
    <Card>
      <CardHeader>
        <CardTitle>
          <h2>Score trend</h2>
        </CardTitle>
        <CardDescription>
          {first && last
            ? `Overall score: ${first.overallScore ?? "–"} on ${formatDay(first.date)}, ${last.overallScore ?? "–"} on ${formatDay(last.date)}.`
            : "Overall score, day by day."}
        </CardDescription>
      </CardHeader>
      <CardContent className="grow">
        {trend.length > 0 ? (
          <>
            <ScoreTrendChart trend={trend} />
            <details className="mt-3 text-sm print:hidden">
              <summary className="w-fit cursor-pointer rounded-sm text-muted-foreground focus-visible:outline-2">
                As a table
              </summary>
              <div
                className="mt-2 max-h-72 overflow-y-auto"
                tabIndex={0}
                role="region"
                aria-label="Score trend"
              >
                <TrendTable trend={trend} />
              </div>
            </details>
          </>
        ) : (
          <p className="flex h-full min-h-36 items-center justify-center rounded-md border border-dashed p-4 text-center text-sm text-muted-foreground">
            {warningOf(meta) ??
              `No trend yet: ${reasonOf(meta, "trend") ?? "it begins with the first daily sync"}.`}
          </p>
        )}
      </CardContent>
    </Card>
  );
}

function TrendTable({ trend }: { trend: TrendDay[] }) {
  return (
    <Table aria-label="Overall score by day">
      <TableHeader>
        <TableRow>
          <TableHead scope="col">Day</TableHead>
          <TableHead scope="col" className="text-right">
            Overall score
          </TableHead>
        </TableRow>
      </TableHeader>
      <TableBody>
        {trend.toReversed().map(({ date, overallScore }) => (
          <TableRow key={date}>
            <TableCell>{formatDay(date)}</TableCell>
            <TableCell className="text-right tabular-nums">{overallScore ?? "–"}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function warningOf(meta: SecurityReport["meta"]): string | undefined {
  return meta.warnings.find((warning) => warning.code === "trend-unavailable")?.message;
}

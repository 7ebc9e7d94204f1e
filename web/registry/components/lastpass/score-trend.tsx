import { ScoreTrendChart, type TrendDay } from "@/components/lastpass/score-trend-chart";
import { Card, CardContent, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import type { SecurityReport } from "@/lib/lastpass";
import { formatDay, reasonOf } from "@/lib/lastpass-format";

export function ScoreTrend({ report }: { report: SecurityReport }) {
  const { meta } = report;
  // The document has no type for a day as long as the trend is always empty.
  const trend = report.trend as TrendDay[];
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
          <ScoreTrendChart trend={trend} />
        ) : (
          <p className="flex h-full min-h-36 items-center justify-center rounded-md border border-dashed p-4 text-center text-sm text-muted-foreground">
            No trend yet:{" "}
            {reasonOf(meta, "trend") ?? warningOf(meta) ?? "it begins with the first daily sync"}.
          </p>
        )}
      </CardContent>
    </Card>
  );
}

function warningOf(meta: SecurityReport["meta"]): string | undefined {
  return meta.warnings.find((warning) => String(warning.code) === "trend-unavailable")?.message;
}

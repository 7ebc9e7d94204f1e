"use client";

import { useState, type PointerEvent } from "react";

import { formatDay } from "@/lib/lastpass-format";

/** What the chart shows of a member of `trend`. */
export interface TrendDay {
  date: string;
  overallScore: number | null;
}

type ScoredDay = TrendDay & { overallScore: number };

/** The overall score by day, from 0 to 100. A day without a reading is a longer step, not an invented value. */
export function ScoreTrendChart({ trend }: { trend: TrendDay[] }) {
  const [pointed, setPointed] = useState<ScoredDay>();
  const days = trend.filter((day): day is ScoredDay => day.overallScore !== null);
  const [first, last] = [days.at(0), days.at(-1)];
  if (!first || !last) {
    return null;
  }
  const start = Date.parse(first.date);
  const span = Math.max(1, Date.parse(last.date) - start);
  const x = (day: ScoredDay) => ((Date.parse(day.date) - start) / span) * 100;
  const y = (day: ScoredDay) => 100 - day.overallScore;
  const line = days.map((day) => `${x(day)},${y(day)}`).join(" ");

  function point(event: PointerEvent) {
    const box = event.currentTarget.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * 100;
    setPointed(days.reduce((a, b) => (Math.abs(x(b) - at) < Math.abs(x(a) - at) ? b : a)));
  }

  return (
    <figure className="grid grid-cols-[auto_1fr] gap-x-2 text-xs text-muted-foreground">
      <div
        aria-hidden="true"
        className="flex h-40 flex-col justify-between text-right tabular-nums"
      >
        <span>100</span>
        <span>50</span>
        <span>0</span>
      </div>
      <svg
        role="img"
        aria-label={`Overall score: ${first.overallScore} on ${formatDay(first.date)}, ${last.overallScore} on ${formatDay(last.date)}`}
        viewBox="0 0 100 100"
        preserveAspectRatio="none"
        className="h-40 w-full touch-pan-y"
        onPointerMove={point}
        onPointerLeave={() => setPointed(undefined)}
      >
        <path
          d="M0 0H100M0 25H100M0 50H100M0 75H100M0 100H100"
          vectorEffect="non-scaling-stroke"
          className="stroke-border"
        />
        <polygon points={`0,100 ${line} 100,100`} className="fill-chart-1/15" />
        <polyline
          points={line}
          fill="none"
          strokeWidth="2"
          vectorEffect="non-scaling-stroke"
          className="stroke-chart-1"
        />
        {pointed && (
          <path
            d={`M${x(pointed)} 0V100`}
            vectorEffect="non-scaling-stroke"
            className="stroke-foreground"
          />
        )}
      </svg>
      <figcaption className="col-start-2 mt-1 flex justify-between">
        <span>{formatDay(first.date)}</span>
        <span className="font-medium text-foreground">
          {pointed && `${formatDay(pointed.date)}: ${pointed.overallScore}`}
        </span>
        <span>{formatDay(last.date)}</span>
      </figcaption>
    </figure>
  );
}

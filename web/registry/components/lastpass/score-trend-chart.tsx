"use client";

import { useState, type KeyboardEvent, type PointerEvent } from "react";

import type { TrendDay } from "@/lib/lastpass";
import { formatDay } from "@/lib/lastpass-format";

type ScoredDay = TrendDay & { overallScore: number };

/** The overall score by day, from 0 to 100. A day without a reading is a longer step, not an invented value. */
export function ScoreTrendChart({ trend }: { trend: TrendDay[] }) {
  const [date, setDate] = useState<string>();
  const days = trend.filter((day): day is ScoredDay => day.overallScore !== null);
  const pointed = days.find((day) => day.date === date);
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
    setDate(days.reduce((a, b) => (Math.abs(x(b) - at) < Math.abs(x(a) - at) ? b : a)).date);
  }

  const index = pointed ? days.indexOf(pointed) : days.length - 1;

  function step(event: KeyboardEvent) {
    const steps: Record<string, number> = {
      ArrowLeft: index - 1,
      ArrowRight: index + 1,
      Home: 0,
      End: days.length - 1,
    };
    const to = steps[event.key];
    if (to !== undefined) {
      event.preventDefault();
      setDate(days[Math.min(Math.max(to, 0), days.length - 1)]?.date);
    }
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
      <div
        role="slider"
        tabIndex={0}
        aria-label="Overall score by day"
        aria-valuemin={0}
        aria-valuemax={days.length - 1}
        aria-valuenow={index}
        aria-valuetext={textOf(pointed ?? last)}
        className="h-40 touch-pan-y outline-offset-2 focus-visible:outline-2"
        onFocus={() => setDate(last.date)}
        onBlur={() => setDate(undefined)}
        onKeyDown={step}
        onPointerMove={point}
        onPointerLeave={() => setDate(undefined)}
      >
        <svg
          aria-hidden="true"
          viewBox="0 0 100 100"
          preserveAspectRatio="none"
          className="size-full"
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
      </div>
      <figcaption className="col-start-2 mt-1 flex justify-between">
        <span>{formatDay(first.date)}</span>
        <span className="font-medium text-foreground">{pointed && textOf(pointed)}</span>
        <span>{formatDay(last.date)}</span>
      </figcaption>
    </figure>
  );
}

function textOf({ date, overallScore }: ScoredDay): string {
  return `${formatDay(date)}: ${overallScore}`;
}

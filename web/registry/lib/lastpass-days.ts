const DAY_MILLISECONDS = 86_400_000;

/** The first and the last day of a period, both included; `null`: the API's default. */
export interface Period {
  from: string | null;
  to: string | null;
}

/** The calendar day (`2026-11-28`) of a time in a time zone. */
export function dayOf(time: string | Date, timeZone: string): string {
  // Sweden writes a day as ISO 8601 does.
  return new Date(time).toLocaleDateString("sv-SE", { timeZone });
}

/** The day that is `count` days after a day. */
function addDays(day: string, count: number): string {
  return new Date(Date.parse(day) + count * DAY_MILLISECONDS).toISOString().slice(0, 10);
}

/** Each day from the first to the last, both included. */
export function daysBetween(first: string, last: string): string[] {
  const count = (Date.parse(last) - Date.parse(first)) / DAY_MILLISECONDS + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => addDays(first, index));
}

/** Periods to choose from. `today` is a day of LastPass's time zone. */
export function periods(today: string): Record<string, Period> {
  const month = `${today.slice(0, 8)}01`;
  const monthBefore = `${addDays(month, -1).slice(0, 8)}01`;
  return {
    Today: { from: today, to: today },
    Yesterday: { from: addDays(today, -1), to: addDays(today, -1) },
    "Last 7 days": { from: null, to: null },
    "Last 30 days": { from: addDays(today, -29), to: today },
    "This month": { from: month, to: today },
    "Last month": { from: monthBefore, to: addDays(month, -1) },
  };
}

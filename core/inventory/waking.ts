const DAY_MS = 86_400_000;
/** Fewer days of silence are a weekend and a holiday; rules ask for more. */
const QUIET_DAYS_MIN = 7;

/** Days since 1970, UTC, of an instant of event time: endpoints remember the newest day on which they were called. */
export function dayOf(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS);
}

/**
 * How many whole days an endpoint was silent before a call on `day`; `undefined` where that is no waking: too few, or
 * nothing is known of an earlier day.
 */
export function quietDaysBefore(day: number, seenDay: number | undefined): number | undefined {
  if (seenDay === undefined) return undefined;
  const quiet = day - seenDay - 1;
  return quiet >= QUIET_DAYS_MIN ? quiet : undefined;
}

/** A month of logs has one silence or two; a caller who may write times could claim thousands. */
const TELLING_DAYS_MAX = 32;

/**
 * Of days in ascending order those that a silence ends or begins with: what lies between them neither wakes an endpoint nor is
 * the last day before a waking. The first, and the latest of the others, where there are too many.
 */
export function tellingDays(days: readonly number[]): readonly number[] {
  const isApart = (before: number | undefined, day: number | undefined) =>
    before === undefined || day === undefined || quietDaysBefore(day, before) !== undefined;
  const telling = days.filter((day, at) => isApart(days[at - 1], day) || isApart(day, days[at + 1]));
  return telling.length <= TELLING_DAYS_MAX
    ? telling
    : [...telling.slice(0, 1), ...telling.slice(1 - TELLING_DAYS_MAX)];
}

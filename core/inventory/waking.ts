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

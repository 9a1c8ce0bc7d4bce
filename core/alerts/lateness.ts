const HOUR_MS = 3_600_000;

/**
 * Lateness horizon: how long after an event its windows still take it in. CloudWatch Logs retries a
 * subscription for 24 hours; half as much again is for replays by hand.
 */
const LATENESS_HORIZON_MS = 36 * HOUR_MS;

/** Evidence stays as long as alerts are usually looked back at: 13 months. */
const EVIDENCE_MS = 400 * 24 * HOUR_MS;

/** Last instant that a key can tell apart: 9999-12-31T23:59:59.999Z. Only a hostile line lies beyond. */
const LAST_MS = 253_402_300_799_999;

/** How the age of calls is looked at: `live` feeds have a lateness horizon; imports and replays of old calls have none. */
export type Arrival =
  | { readonly kind: 'live'; readonly atMs: number }
  | { readonly kind: 'import'; readonly atMs: number };

/** Too old for its windows, or at a time that cannot be true: such a call goes to the trail alone. */
export function isLate(timeMs: number, arrival: Arrival): boolean {
  if (!(timeMs >= 0 && timeMs <= LAST_MS)) return true;
  return arrival.kind === 'live' && timeMs < arrival.atMs - LATENESS_HORIZON_MS;
}

/** Epoch seconds. State outlives the last call that may still reach it; that of an import at least one horizon. */
export function windowExpiresAt(spanEndMs: number, timespanMs: number, arrival: Arrival): number {
  const ends = spanEndMs + timespanMs + LATENESS_HORIZON_MS;
  return toSeconds(arrival.kind === 'live' ? ends : Math.max(ends, arrival.atMs + LATENESS_HORIZON_MS));
}

/** Epoch seconds. */
export function evidenceExpiresAt(timeMs: number, arrival: Arrival): number {
  return toSeconds(Math.max(timeMs, arrival.kind === 'live' ? 0 : arrival.atMs) + EVIDENCE_MS);
}

function toSeconds(ms: number): number {
  return Math.ceil(ms / 1000);
}

import { at } from './random.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** `consumer`: evenings and weekends; `office`: nine to five on weekdays; `machine`: the clock round. */
export type Rhythm = 'consumer' | 'office' | 'machine';

/** Relative load at each full hour (UTC). */
const CURVES: Readonly<Record<Rhythm, readonly number[]>> = {
  consumer: [
    0.22, 0.14, 0.1, 0.08, 0.09, 0.16, 0.34, 0.55, 0.7, 0.78, 0.82, 0.88, 0.95, 0.9, 0.85, 0.86, 0.92, 1.02,
    1.18, 1.3, 1.28, 1.05, 0.72, 0.42,
  ],
  office: [
    0.03, 0.02, 0.02, 0.02, 0.03, 0.08, 0.3, 0.85, 1.35, 1.5, 1.48, 1.3, 1.0, 1.35, 1.45, 1.35, 1.0, 0.5,
    0.22, 0.14, 0.1, 0.07, 0.05, 0.04,
  ],
  machine: Array.from({ length: 24 }, () => 1),
};
/** Relative load by day, Sunday first. */
const WEEK: Readonly<Record<Rhythm, readonly number[]>> = {
  consumer: [1.15, 0.95, 0.93, 0.95, 1, 1.05, 1.2],
  office: [0.08, 1.05, 1.1, 1.08, 1.05, 0.95, 0.12],
  machine: [1, 1, 1, 1, 1, 1, 1],
};

/** Relative load at a time: the daily curve, interpolated between hours, times the day's weight. */
export function loadAt(rhythm: Rhythm, timeMs: number): number {
  const hours = (timeMs % DAY_MS) / HOUR_MS;
  const hour = Math.floor(hours);
  const curve = CURVES[rhythm];
  const here = at(curve, hour);
  const next = at(curve, (hour + 1) % 24);
  return (here + (next - here) * (hours - hour)) * at(WEEK[rhythm], new Date(timeMs).getUTCDay());
}

/** Mean and peak of the load over a span, by sampling every quarter of an hour. */
export function loadOver(
  rhythm: Rhythm,
  startMs: number,
  endMs: number,
): { readonly mean: number; readonly peak: number } {
  let sum = 0;
  let peak = 0;
  let samples = 0;
  for (let timeMs = startMs; timeMs < endMs; timeMs += HOUR_MS / 4) {
    const load = loadAt(rhythm, timeMs);
    sum += load;
    peak = Math.max(peak, load);
    samples += 1;
  }
  return { mean: sum / Math.max(1, samples), peak };
}

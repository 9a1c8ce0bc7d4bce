import { floorDay } from './alert-tally.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** The time that calls really cover: hours with calls, the first and the last from and to their outermost call. */
export class Exposure {
  calls = 0;
  private firstMs = Number.POSITIVE_INFINITY;
  private lastMs = Number.NEGATIVE_INFINITY;
  private readonly hours = new Set<number>();

  /** Calls of one hour. */
  add(hourMs: number, timeMs: number): void {
    this.calls += 1;
    this.hours.add(hourMs);
    this.firstMs = Math.min(this.firstMs, timeMs);
    this.lastMs = Math.max(this.lastMs, timeMs);
  }

  /** In days. */
  get days(): number {
    let coveredMs = 0;
    for (const hourMs of this.hours)
      coveredMs += Math.min(hourMs + HOUR_MS, this.lastMs) - Math.max(hourMs, this.firstMs);
    return coveredMs / DAY_MS;
  }

  /** First and last call, epoch ms; `undefined` where there is none. */
  get span(): { readonly firstMs: number; readonly lastMs: number } | undefined {
    return this.calls === 0 ? undefined : { firstMs: this.firstMs, lastMs: this.lastMs };
  }

  /** UTC days with calls, oldest first. */
  utcDays(): readonly number[] {
    return [...new Set([...this.hours].map(floorDay))].sort((a, b) => a - b);
  }
}

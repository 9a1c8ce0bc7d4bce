import type { DetectedRecord } from '../alerts/detector.js';
import { toldChange } from '../ingest/inventory-change.js';
import type { TrailStore } from '../ports/trail-store.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Changes of the inventory that rules were told, by the hour they happened in; each day is read once, oldest first. */
export class ChangesOfHour {
  private dayMs = Number.NaN;
  private readonly byHour = new Map<number, DetectedRecord[]>();

  constructor(private readonly trail: Pick<TrailStore, 'events'>) {}

  async of(hourMs: number): Promise<readonly DetectedRecord[]> {
    const dayMs = Math.floor(hourMs / DAY_MS) * DAY_MS;
    if (dayMs !== this.dayMs) {
      this.byHour.clear();
      for await (const event of this.trail.events(dayMs)) this.keep(toldChange(event));
      this.dayMs = dayMs;
    }
    return this.byHour.get(hourMs) ?? [];
  }

  private keep(change: DetectedRecord | undefined): void {
    if (change === undefined) return;
    const hourMs = Math.floor(change.timeMs / HOUR_MS) * HOUR_MS;
    const others = this.byHour.get(hourMs);
    if (others === undefined) this.byHour.set(hourMs, [change]);
    else others.push(change);
  }
}

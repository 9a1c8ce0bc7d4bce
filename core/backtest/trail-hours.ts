import type { TrailStage, TrailStore } from '../ports/trail-store.js';

/** A stage in one hour of the trail. */
export interface HourOfStage {
  readonly stage: TrailStage;
  readonly shards: number;
}

export interface TrailHours {
  /** Every stage that the trail knows. */
  readonly stages: readonly TrailStage[];
  /** The hours that hold calls, oldest first, each with its stages. */
  readonly hours: ReadonlyMap<number, readonly HourOfStage[]>;
}

const HOUR_MS = 3_600_000;

/** What the directories of all stages say of a time; both ends inclusive, epoch ms. */
export async function trailHours(
  trail: Pick<TrailStore, 'stages' | 'hours'>,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<TrailHours> {
  const stages = await trail.stages();
  const hours = new Map<number, HourOfStage[]>();
  for (const stage of stages) {
    for await (const { hourMs, shards } of trail.hours(stage, floorHour(fromMs), toMs)) {
      const known = hours.get(hourMs);
      if (known === undefined) hours.set(hourMs, [{ stage, shards }]);
      else known.push({ stage, shards });
    }
  }
  return { stages, hours: new Map([...hours].sort(([a], [b]) => a - b)) };
}

function floorHour(ms: number): number {
  return Math.floor(ms / HOUR_MS) * HOUR_MS;
}

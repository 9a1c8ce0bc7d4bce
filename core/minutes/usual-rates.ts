import { countedMethod, parseEndpointLabel } from '../inventory/endpoint-label.js';
import type { SegmentHead, TrailStage, TrailStore } from '../ports/trail-store.js';

/** Calls a minute below which nothing is called usual: of ten expected, none comes in one minute of 22,000 (Poisson). */
const USUAL_CALLS_MIN = 10;
const HOUR_MS = 3_600_000;
const MINUTES = 60;
/** The hour before tells the rhythm of today, the same hour of yesterday where the day goes from here. */
const LOOKED_BACK_MS = [HOUR_MS, 24 * HOUR_MS];

/** Calls a minute that are usual in one hour: of the stage, and of its endpoints by `<method> <route>`. */
export interface UsualRates {
  readonly stage: number | undefined;
  readonly endpoints: ReadonlyMap<string, number>;
}

const NONE: UsualRates = { stage: undefined, endpoints: new Map() };

/**
 * What is usual in the hour of a stage: the lesser of the rates of the hour before and of the same hour the day before,
 * where both are at least `USUAL_CALLS_MIN` a minute. Read from segment heads alone; a payload that was stored twice counts twice.
 */
export async function usualRates(
  trail: Pick<TrailStore, 'heads' | 'hours'>,
  stage: TrailStage,
  hourMs: number,
): Promise<UsualRates> {
  const hours: ReadonlyMap<string, number>[] = [];
  for (const backMs of LOOKED_BACK_MS) {
    const counts = await countsOf(trail, stage, hourMs - backMs);
    if (counts.size === 0) return NONE;
    hours.push(counts);
  }
  const rates = lesser(hours);
  const whole = rates.get(WHOLE_STAGE);
  rates.delete(WHOLE_STAGE);
  return { stage: whole, endpoints: rates };
}

/** Remembers the rates of the hour that is asked about: each minute asks for the same. */
export class UsualRatesOfHour {
  private hourMs = Number.NaN;
  private readonly rates = new Map<string, Promise<UsualRates>>();

  constructor(private readonly trail: Pick<TrailStore, 'heads' | 'hours'>) {}

  of({ apiId, stage }: TrailStage, hourMs: number): Promise<UsualRates> {
    if (hourMs !== this.hourMs) this.rates.clear();
    this.hourMs = hourMs;
    const key = JSON.stringify([apiId, stage]);
    let rates = this.rates.get(key);
    if (rates === undefined) {
      rates = usualRates(this.trail, { apiId, stage }, hourMs);
      // A read that failed is tried again.
      rates.catch(() => this.rates.delete(key));
      this.rates.set(key, rates);
    }
    return rates;
  }
}

/** No label is empty: a method is at least `-`. */
const WHOLE_STAGE = '';

async function countsOf(
  trail: Pick<TrailStore, 'heads' | 'hours'>,
  stage: TrailStage,
  hourMs: number,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for await (const { shards } of trail.hours(stage, hourMs, hourMs)) {
    const scope = { ...stage, fromMs: hourMs, toMs: hourMs + HOUR_MS - 1, shards };
    for await (const head of trail.heads(scope)) addHead(counts, head);
  }
  return counts;
}

function addHead(counts: Map<string, number>, head: SegmentHead): void {
  for (const [written, statuses] of Object.entries(head.routes)) {
    const { method, route } = parseEndpointLabel(written);
    const calls = Object.values(statuses).reduce((sum, count) => sum + count, 0);
    for (const label of [`${countedMethod(method)} ${route}`, WHOLE_STAGE])
      counts.set(label, (counts.get(label) ?? 0) + calls);
  }
}

function lesser(hours: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const rates = new Map<string, number>();
  for (const label of hours[0]?.keys() ?? []) {
    const rate = Math.min(...hours.map((counts) => counts.get(label) ?? 0)) / MINUTES;
    if (rate >= USUAL_CALLS_MIN) rates.set(label, rate);
  }
  return rates;
}

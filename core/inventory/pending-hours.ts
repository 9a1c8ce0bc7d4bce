import type { ApiSummary } from '../ports/inventory-store.js';
import type { TrailStore } from '../ports/trail-store.js';
import type { Owner, StageHour } from './count-hour.js';

export const QUARTER_MS = 900_000;

/** Where reading the markers begins; a cursor that is no number is one that was never written. */
export function startOf(
  cursor: string | undefined,
  options: { readonly oldestMs: number; readonly nowMs: number },
): number {
  const ms = cursor === undefined ? Number.NaN : Number(cursor);
  const known = Number.isFinite(ms) ? ms : options.oldestMs;
  return floorQuarter(Math.min(Math.max(known, options.oldestMs), options.nowMs));
}

export interface PendingHour {
  readonly hour: StageHour;
  /** The first quarter-hour in which something arrived for it. */
  readonly arrivalMs: number;
}

/** Stage-hours with segments that arrived since, by first arrival. */
export async function pendingHours(
  trail: Pick<TrailStore, 'openMarkers'>,
  fromMs: number,
  toMs: number,
): Promise<readonly PendingHour[]> {
  const pending = new Map<string, PendingHour>();
  for await (const { apiId, stage, hourMs, shards, arrivalMs } of trail.openMarkers(fromMs, toMs)) {
    const key = JSON.stringify([apiId, stage, hourMs]);
    const known = pending.get(key);
    pending.set(key, {
      hour: { apiId, stage, hourMs, shards: Math.max(shards, known?.hour.shards ?? 1) },
      arrivalMs: Math.min(arrivalMs, known?.arrivalMs ?? arrivalMs),
    });
  }
  const byArrival = ([a, x]: [string, PendingHour], [b, y]: [string, PendingHour]): number =>
    x.arrivalMs - y.arrivalMs || (a < b ? -1 : 1);
  return [...pending].sort(byArrival).map(([, hour]) => hour);
}

/** Whose API it is, when the inventory knows exactly one by that id. */
export function ownerOf(apis: readonly ApiSummary[], apiId: string): Owner | undefined {
  const [api, other] = apis.filter((known) => known.apiId === apiId);
  return api === undefined || other !== undefined
    ? undefined
    : { accountId: api.accountId, region: api.region };
}

export const floorQuarter = (ms: number): number => Math.floor(ms / QUARTER_MS) * QUARTER_MS;

import type { ApiCall } from '../calls/api-call.js';
import { isUnended } from '../calls/call-identity.js';
import type { HourFold } from '../ports/inventory-store.js';
import type { SegmentHead, SegmentKey, TrailHour, TrailStage, TrailStore } from '../ports/trail-store.js';
import { endpointLabel } from './endpoint-label.js';
import { HourCounts, overlapping } from './fold.js';
import { type StageLoad, writeUnitsOf } from './raise-shards.js';
import { UNMATCHED_ROUTE } from './route-evidence.js';

export type StageHour = TrailStage & TrailHour;

export interface CountPorts {
  readonly trail: Pick<TrailStore, 'heads' | 'segment' | 'hours'>;
  /** The calls of an encoded segment. Throws `Fault('store.corrupt')`. */
  readonly decodeSegment: (bytes: Uint8Array) => Promise<readonly ApiCall[]> | readonly ApiCall[];
}

/** Whose API an id is. */
export interface Owner {
  readonly accountId: string;
  readonly region: string;
}

export interface CountedHour {
  /** One for each account and region that the API id stands for. */
  readonly folds: readonly HourFold[];
  /** Labels of which a call was looked at, and whether its template came from the path's form. */
  readonly sources: ReadonlyMap<string, boolean>;
  readonly load: StageLoad;
}

const HOUR_MS = 3_600_000;

/**
 * The counts of an event hour, each call once whatever segments it lies in. Heads are enough where the spans of no two
 * segments touch and the owner of the API is known; else the segments themselves are read. A pure function of what the
 * trail holds.
 */
export async function countHour(
  ports: CountPorts,
  hour: StageHour,
  owner: Owner | undefined,
): Promise<CountedHour> {
  const heads: SegmentHead[] = [];
  const { apiId, stage, hourMs } = hour;
  const shards = await shardsOf(ports, hour);
  const scope = { apiId, stage, fromMs: hourMs, toMs: hourMs + HOUR_MS - 1, shards };
  for await (const head of ports.trail.heads(scope)) if (head.key.hourMs === hourMs) heads.push(head);

  const tally = new Tally(owner ?? UNKNOWN_OWNER);
  for (const group of overlapping(heads)) {
    // the parts of one payload touch, but share no call
    const isOnePayload = group.every(({ key }) => key.digest === group[0]?.key.digest);
    if (!isOnePayload || owner === undefined) await countGroup(ports, group, tally);
    else for (const head of group) tally.addHead(head);
  }
  const last = heads.at(-1);
  if (tally.sources.size === 0 && last !== undefined) {
    for (const call of (await readCalls(ports, last.key)) ?? []) tally.addSource(call);
  }
  const writeUnits = heads.reduce((sum, head) => sum + writeUnitsOf(head), 0);
  return { folds: tally.folds(hour), sources: tally.sources, load: { apiId, stage, writeUnits } };
}

/** A marker names the count of its writer, whose bundle may have been an older one: the directory knows the largest. */
async function shardsOf({ trail }: CountPorts, { apiId, stage, hourMs, shards }: StageHour): Promise<number> {
  let most = shards;
  for await (const known of trail.hours({ apiId, stage }, hourMs, hourMs))
    most = Math.max(most, known.shards);
  return most;
}

const UNKNOWN_OWNER: Owner = { accountId: '-', region: '-' };

/** Counts by owner. */
class Tally {
  readonly sources = new Map<string, boolean>();
  readonly #owners = new Map<string, { owner: Owner; counts: HourCounts }>();

  constructor(readonly fallback: Owner) {}

  addHead(head: SegmentHead): void {
    this.#countsOf(this.fallback).addHead(head);
  }

  addCall(call: ApiCall): void {
    const owner = {
      accountId: call.accountId ?? this.fallback.accountId,
      region: call.region ?? this.fallback.region,
    };
    this.#countsOf(owner).addCall({ label: endpointLabel(call), status: call.status, timeMs: call.timeMs });
    this.addSource(call);
  }

  addSource(call: ApiCall): void {
    if (call.route === UNMATCHED_ROUTE) return;
    const label = endpointLabel(call);
    const isTemplated = call.routeSource === 'template';
    if (isTemplated || !this.sources.has(label)) this.sources.set(label, isTemplated);
  }

  folds({ apiId, stage, hourMs }: StageHour): readonly HourFold[] {
    return [...this.#owners.values()].map(({ owner, counts }) => ({
      ...owner,
      apiId,
      stage,
      hourMs,
      endpoints: counts.endpoints(),
    }));
  }

  #countsOf(owner: Owner): HourCounts {
    const key = JSON.stringify([owner.accountId, owner.region]);
    let entry = this.#owners.get(key);
    if (entry === undefined) {
      entry = { owner, counts: new HourCounts() };
      this.#owners.set(key, entry);
    }
    return entry.counts;
  }
}

/** Ids are forgotten by the minute of their call: a segment that starts later cannot hold them. */
const FORGET_MS = 60_000;

async function countGroup(ports: CountPorts, group: readonly SegmentHead[], tally: Tally): Promise<void> {
  const seen = new Map<number, Set<string>>();
  const unended = new Map<string, ApiCall>();
  for (const head of group) {
    for (const minute of seen.keys()) if ((minute + 1) * FORGET_MS <= head.key.firstMs) seen.delete(minute);
    const calls = await readCalls(ports, head.key);
    // expired between the two reads: what its head says is the best there is
    if (calls === undefined) tally.addHead(head);
    for (const call of calls ?? []) {
      const minute = Math.floor(call.timeMs / FORGET_MS);
      const ids = seen.get(minute) ?? new Set();
      if (ids.has(call.id)) continue;
      if (isUnended(call) && unended.size < UNENDED_MAX) {
        unended.set(call.id, call);
        continue;
      }
      unended.delete(call.id);
      seen.set(minute, ids.add(call.id));
      tally.addCall(call);
    }
  }
  for (const call of unended.values()) tally.addCall(call);
}

/** A few of each payload wait for their end; a log that has none of its calls' ends must not fill the memory. */
const UNENDED_MAX = 10_000;

async function readCalls(ports: CountPorts, key: SegmentKey): Promise<readonly ApiCall[] | undefined> {
  const bytes = await ports.trail.segment(key);
  return bytes === undefined ? undefined : await ports.decodeSegment(bytes);
}

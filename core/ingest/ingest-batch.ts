import { alertStates } from '../alerts/in-shadow.js';
import { type Arrival, isLate } from '../alerts/lateness.js';
import { PendingWindows } from '../alerts/pending-windows.js';
import { recordAllWindows } from '../alerts/record-all-windows.js';
import type { SettledWindows } from '../alerts/settled-windows.js';
import type { ApiCall } from '../calls/api-call.js';
import type { DecodedBatch } from '../calls/feeds/decoded-batch.js';
import type { Compression } from '../ports/compression.js';
import type { Digest } from '../ports/digest.js';
import type { FindingStore } from '../ports/finding-store.js';
import type { InventoryStore } from '../ports/inventory-store.js';
import type { StateStore } from '../ports/state-store.js';
import type { TrailStore } from '../ports/trail-store.js';
import type { WindowStore } from '../ports/window-store.js';
import { createOwner } from './call-owner.js';
import type { CompiledBundle } from './compiled-bundle.js';
import { endpointNews } from './endpoint-news.js';
import type { IngestReport } from './ingest-report.js';
import { inventoryChange } from './inventory-change.js';
import { joinRequests } from './join-requests.js';
import { type EndpointBudget, recordEndpoints } from './record-endpoints.js';
import { recordSegments } from './record-segments.js';
import { setAside } from './set-aside.js';

export interface IngestStores {
  readonly trail: Pick<TrailStore, 'putSegment' | 'markOpen' | 'putEvidence' | 'record'>;
  readonly windows: WindowStore;
  readonly findings: Pick<FindingStore, 'putAlert' | 'retractAlert'>;
  readonly inventory: Pick<InventoryStore, 'putEndpoint' | 'putUntold' | 'markTold'>;
  readonly state: Pick<StateStore, 'putPoison' | 'putWaiting' | 'waiting'>;
}

export interface IngestDeps {
  readonly stores: IngestStores;
  readonly digest: Digest;
  readonly compression: Compression;
  /** What this container has carried to the end; one for all payloads it handles. */
  readonly settled: SettledWindows;
  /** How many endpoints this container may write; one for all payloads as well. */
  readonly endpoints: EndpointBudget;
  /** Where this runs, for calls of gateway feeds that name no region; absent on one machine. */
  readonly region?: string | undefined;
}

/**
 * One decoded payload, recorded: records set aside, lines of split requests, segments, markers, endpoints, windows, evidence, alerts, in this order;
 * last, that the rules have been told of the endpoints.
 * Every write is idempotent, and each step is taken whatever an earlier delivery has done already; so a payload may come
 * any number of times, in any order, cut in any way, and a crash between two writes is mended by the retry.
 * Throws what the stores throw; then the payload must be delivered again.
 */
export async function ingestBatch(
  batch: DecodedBatch,
  { bundle, known, attributor, decoder, detector, sampler }: CompiledBundle,
  { stores, digest, compression, settled, endpoints, region }: IngestDeps,
  arrival: Arrival,
): Promise<IngestReport> {
  const owner = createOwner({ region, known });
  const poison = await setAside(stores.state, batch, arrival.atMs);
  const joined = await joinRequests(batch, decoder, stores.state, arrival.atMs);
  const unended = new Set<ApiCall>();
  const calls = joined.calls.map((call) => {
    const attributed = attributor.attribute(owner(call));
    if (joined.unended.has(call)) unended.add(attributed);
    return attributed;
  });
  const stored = await recordSegments(
    { calls, digest: batch.digest, bundle, compression, arrival },
    stores.trail,
  );
  const listed = await recordEndpoints(
    { calls, known, nowMs: arrival.atMs, rulesListen: detector.reads('inventory') },
    stores.inventory,
    endpoints,
  );

  const pending = new PendingWindows(digest, sampler);
  // Without its status a call would match what its status rules out.
  const judged = unended.size === 0 ? calls : calls.filter((call) => !unended.has(call));
  const { late, newestMs } = detect(judged, arrival, (call) => detector.detect(call, pending));
  const news = listed.untold.map((untold) => endpointNews(untold, digest));
  // In the trail before it is told: a backtest finds there what the rules were told.
  await Promise.all(news.map((event) => stores.trail.record(inventoryChange(event))));
  for (const event of news)
    if (!isLate(event.timeMs, arrival)) detector.detectRecord('inventory', event, pending);
  const states = alertStates(bundle);
  const recorded = await recordAllWindows({
    pending,
    plans: detector.plans,
    stores: { ...stores, findings: states.record(stores.findings) },
    settled,
    digest,
    arrival,
    newestMs,
  });
  await Promise.all(listed.untold.map((told) => stores.inventory.markTold(told)));
  return {
    feed: batch.feed,
    digest: batch.digest,
    records: batch.records,
    calls: calls.length,
    recovered: calls.filter((call) => call.recovered).length,
    rejected: batch.rejected.length,
    waiting: joined.waiting,
    poison,
    late,
    unjudged: pending.unjudged,
    duplicates: stored.duplicates,
    segments: stored.segments,
    newEndpoints: listed.created,
    unlisted: listed.unlisted,
    alerts: recorded.filter(({ alert }) => states.isTold(alert)),
  };
}

function detect(calls: readonly ApiCall[], arrival: Arrival, detectOne: (call: ApiCall) => void) {
  let late = 0;
  let newestMs = Number.NEGATIVE_INFINITY;
  for (const call of calls) {
    if (isLate(call.timeMs, arrival)) {
      late += 1;
      continue;
    }
    newestMs = Math.max(newestMs, call.timeMs);
    detectOne(call);
  }
  return { late, newestMs };
}

import type { DetectedRecord } from '../alerts/detector.js';
import { alertStates } from '../alerts/in-shadow.js';
import { type Arrival, isLate } from '../alerts/lateness.js';
import { PendingWindows } from '../alerts/pending-windows.js';
import type { RecordedAlert, WindowStores } from '../alerts/record-alert.js';
import { recordAllWindows } from '../alerts/record-all-windows.js';
import type { SettledWindows } from '../alerts/settled-windows.js';
import type { Digest } from '../ports/digest.js';
import type { RecordFeed } from '../sigma/log-sources.js';
import type { CompiledBundle } from './compiled-bundle.js';

export interface JudgeDeps {
  readonly stores: WindowStores;
  readonly digest: Digest;
  /** What this container has carried to the end; one for everything it judges. */
  readonly settled: SettledWindows;
}

export interface Judged {
  readonly records: number;
  /** Older than the lateness horizon: not judged. */
  readonly late: number;
  readonly unjudged: number;
  /** Without those of rules in shadow. */
  readonly alerts: readonly RecordedAlert[];
}

/**
 * Judges plain JSON events of one feed as ingest judges calls: rules, windows, evidence, alerts. The same events may come any
 * number of times, in any order. Memory holds what matched.
 */
export async function judgeRecords(
  input: {
    readonly feed: RecordFeed;
    /** Not one by one: to wait for each costs more than to judge it. */
    readonly batches: AsyncIterable<readonly DetectedRecord[]>;
    readonly arrival: Arrival;
  },
  { bundle, detector, sampler }: Pick<CompiledBundle, 'bundle' | 'detector' | 'sampler'>,
  { stores, digest, settled }: JudgeDeps,
): Promise<Judged> {
  const { feed, batches, arrival } = input;
  const pending = new PendingWindows(digest, sampler);
  let records = 0;
  let late = 0;
  let newestMs = Number.NEGATIVE_INFINITY;
  for await (const events of batches) {
    records += events.length;
    for (const event of events) {
      if (isLate(event.timeMs, arrival)) {
        late += 1;
        continue;
      }
      newestMs = Math.max(newestMs, event.timeMs);
      detector.detectRecord(feed, event, pending);
    }
  }
  const { plans } = detector;
  const states = alertStates(bundle);
  const recorded = await recordAllWindows({
    pending,
    plans,
    stores: { ...stores, findings: states.record(stores.findings) },
    settled,
    digest,
    arrival,
    newestMs,
  });
  const alerts = recorded.filter(({ alert }) => states.isTold(alert));
  return { records, late, unjudged: pending.unjudged, alerts };
}

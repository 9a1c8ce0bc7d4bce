import type { Digest } from '../ports/digest.js';
import { CLOSE_DELAY_MS, closeWindows } from './close-windows.js';
import { type Arrival, evidenceExpiresAt, windowExpiresAt } from './lateness.js';
import type { PendingWindows } from './pending-windows.js';
import type { Plan } from './plan-rules.js';
import type { RecordedAlert, WindowStores } from './record-alert.js';
import { recordSignals } from './record-signals.js';
import { recordWindows } from './record-windows.js';
import type { SettledWindows } from './settled-windows.js';

export interface RecordAllInput {
  readonly pending: PendingWindows;
  readonly plans: readonly Plan[];
  readonly stores: WindowStores;
  readonly settled: SettledWindows;
  readonly digest: Digest;
  readonly arrival: Arrival;
  /** Time of the newest event of the payload. */
  readonly newestMs: number;
}

/** How far event time has to come before a container looks again for windows that have closed: a query each time. */
const SWEEP_EVERY_MS = 60_000;

/**
 * Records what a payload adds to its windows, and judges what it completes. As event time is all that closes a window, and
 * comes only with events, whoever brings events closes windows: no clock and no schedule is needed.
 */
export async function recordAllWindows(input: RecordAllInput): Promise<readonly RecordedAlert[]> {
  const { pending, plans, stores, settled, digest, arrival, newestMs } = input;
  const writer = {
    stores,
    digest,
    kept: settled.evidence,
    evidenceExpiresAt: (timeMs: number) => evidenceExpiresAt(timeMs, arrival),
    windowExpiresAt: (spanEndMs: number, timespanMs: number) =>
      windowExpiresAt(spanEndMs, timespanMs, arrival),
  };
  const alerts = [
    ...(await recordWindows({ ...writer, groups: pending.groups(), settled })),
    ...(await recordSignals({
      ...writer,
      groups: pending.signalGroups(),
      settled: settled.signals,
      nowMs: arrival.atMs,
    })),
  ];
  if (!plans.some((plan) => plan.kind === 'signals' && plan.judged === 'when-closed')) return alerts;
  // A line that claims to be from the future must not close windows that are still filling.
  const watermarkMs = Math.min(newestMs, arrival.atMs) - CLOSE_DELAY_MS;
  if (watermarkMs < settled.sweptMs + SWEEP_EVERY_MS) return alerts;
  alerts.push(...(await closeWindows(writer, plans, watermarkMs)));
  settled.sweptMs = watermarkMs;
  return alerts;
}

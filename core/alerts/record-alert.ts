import type { Digest } from '../ports/digest.js';
import type { Alert, FindingStore } from '../ports/finding-store.js';
import type { EvidenceItem, TrailStore } from '../ports/trail-store.js';
import type { WindowStore } from '../ports/window-store.js';
import type { SlotVerdict } from './evaluate-slot.js';
import type { KeptEvidence } from './kept-evidence.js';
import { EVIDENCE_EVENTS_MAX } from './pending-windows.js';
import { type AlertSubject, toAlert } from './to-alert.js';
import type { WindowEvent } from './window-event.js';

export interface WindowStores {
  readonly windows: WindowStore;
  readonly findings: Pick<FindingStore, 'putAlert' | 'retractAlert'>;
  readonly trail: Pick<TrailStore, 'putEvidence'>;
}

export interface AlertWriter {
  readonly stores: WindowStores;
  readonly digest: Digest;
  /** What this container has written of it. */
  readonly kept: KeptEvidence;
  /** Epoch seconds until which the evidence of an event is kept. */
  readonly evidenceExpiresAt: (timeMs: number) => number;
}

/** An alert that was new, that shows more than before, or that no longer holds. */
export interface RecordedAlert {
  readonly alert: Alert;
  readonly outcome: 'created' | 'changed' | 'retracted';
}

/**
 * Writes the evidence, then the alert that rests on it. A hot group fires with every payload: once this container has kept
 * as much evidence as anybody looks at, only the alert is written.
 */
export async function recordAlert(
  { stores, digest, kept, evidenceExpiresAt }: AlertWriter,
  subject: AlertSubject,
  slot: { readonly startMs: number; readonly verdict: SlotVerdict; readonly events: readonly WindowEvent[] },
): Promise<readonly RecordedAlert[]> {
  const alert = toAlert(subject, slot.startMs, slot.verdict, digest);
  if (!kept.isEnough(alert.id)) {
    const items = latest(slot.events).map(
      (event): EvidenceItem => ({
        alertId: alert.id,
        callId: event.id,
        timeMs: event.timeMs,
        ruleId: alert.ruleId,
        callJson: event.json(),
        expiresAtSeconds: evidenceExpiresAt(event.timeMs),
      }),
    );
    await stores.trail.putEvidence(items);
    kept.add(
      alert.id,
      items.map(({ callId }) => callId),
    );
  }
  const outcome = await stores.findings.putAlert(alert);
  return outcome === 'same' ? [] : [{ alert, outcome }];
}

function latest(events: readonly WindowEvent[]): readonly WindowEvent[] {
  return [...events].sort((a, b) => b.timeMs - a.timeMs).slice(0, EVIDENCE_EVENTS_MAX);
}

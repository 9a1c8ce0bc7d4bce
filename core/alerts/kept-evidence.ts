import { EVIDENCE_EVENTS_MAX } from './pending-windows.js';

/** Alerts remembered, the oldest forgotten first: forgetting one costs its evidence written once more. */
const ALERTS_MAX = 2_000;

/**
 * Of which alerts this container has written so much evidence that more would not be looked at. Of a call that comes
 * again, the evidence counts once.
 */
export class KeptEvidence {
  private readonly callsOf = new Map<string, Set<string>>();

  constructor(private readonly alertsMax = ALERTS_MAX) {}

  isEnough(alertId: string): boolean {
    return (this.callsOf.get(alertId)?.size ?? 0) >= EVIDENCE_EVENTS_MAX;
  }

  /** To be told once the evidence is stored, and not before. */
  add(alertId: string, callIds: readonly string[]): void {
    const calls = this.callsOf.get(alertId) ?? new Set();
    for (const id of callIds) calls.add(id);
    this.callsOf.delete(alertId);
    this.callsOf.set(alertId, calls);
    const [oldest] = this.callsOf.keys();
    if (this.callsOf.size > this.alertsMax && oldest !== undefined) this.callsOf.delete(oldest);
  }
}

import type { SlotFiring } from '../alerts/correlate-events.js';

/** Slots remembered for a comparison: 100,000 alerts are far past any budget. */
const SLOTS_MAX = 100_000;

interface Slot {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Difference {
  /** Alerts that only one of the versions raises, and alerts of the new one that the old one raises as well. */
  readonly onlyNew: number;
  readonly onlyOld: number;
  readonly both: number;
  /** False where there were too many alerts to compare all of them. */
  readonly isComplete: boolean;
}

/** Where a rule fired, by group: enough to tell two versions of it apart. */
export class SlotLog {
  private readonly byGroup = new Map<string, Slot[]>();
  private size = 0;
  private isFull = false;

  add({ plan, groupHash, slotStartMs }: SlotFiring): void {
    this.isFull ||= this.size >= SLOTS_MAX;
    if (this.isFull) return;
    this.size += 1;
    const lengthMs = plan.kind === 'members' ? plan.timespanMs : plan.spanMs;
    const slot = { fromMs: slotStartMs, toMs: slotStartMs + lengthMs };
    const known = this.byGroup.get(groupHash);
    if (known === undefined) this.byGroup.set(groupHash, [slot]);
    else known.push(slot);
  }

  /**
   * Compared with an older version: alerts of one group whose slots overlap are the same alert. Versions that group
   * by other fields have no alert in common.
   */
  difference(older: SlotLog): Difference {
    const both = this.countSharedWith(older);
    return {
      onlyNew: this.size - both,
      onlyOld: older.size - older.countSharedWith(this),
      both,
      isComplete: !this.isFull && !older.isFull,
    };
  }

  private countSharedWith(other: SlotLog): number {
    let shared = 0;
    for (const [groupHash, slots] of this.byGroup) {
      const others = [...(other.byGroup.get(groupHash) ?? [])].sort((a, b) => a.fromMs - b.fromMs);
      let at = 0;
      for (const slot of [...slots].sort((a, b) => a.fromMs - b.fromMs)) {
        let next = others[at];
        while (next !== undefined && next.toMs <= slot.fromMs) {
          at += 1;
          next = others[at];
        }
        if (next !== undefined && next.fromMs < slot.toMs) shared += 1;
      }
    }
    return shared;
  }
}

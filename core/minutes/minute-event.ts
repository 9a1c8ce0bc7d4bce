import type { Digest } from '../ports/digest.js';
import type { MinuteRow } from './minute-row.js';

/** A row as an event that rules judge. */
export class MinuteEvent {
  readonly timeMs: number;

  constructor(
    readonly record: MinuteRow,
    private readonly digest: Digest,
  ) {
    this.timeMs = record.timeMs;
  }

  /**
   * The same in every computation of the row: of what it is about and its minute, not of its figures. Hashed when a rule
   * matches, and not before: most rows match none.
   */
  get id(): string {
    const { apiId, stage, timeMs, dimension, method, route, principalKind, principal } = this.record;
    const about = [dimension, method, route, principalKind, principal].map((part) => part ?? '');
    return this.digest.hex([apiId, stage, String(timeMs), ...about], 16);
  }
}

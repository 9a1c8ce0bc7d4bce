import type { StateStore } from '../ports/state-store.js';

const DAY_MS = 86_400_000;
/** Counts wait this long in the container, so that small payloads do not pay a write each for them. */
const FLUSH_MS = 10_000;

/**
 * Counts for operators (`StateStore.count`), gathered in the container and written at most every ten seconds. A container
 * that dies in between takes up to ten seconds of them along; the same numbers are in its log lines.
 */
export interface Counters {
  add(counts: Readonly<Record<string, number>>): void;
  /** Writes what has gathered, if it is time to. Throws what the store throws; what was not written stays gathered. */
  flushWhenDue(nowMs: number): Promise<void>;
  /** Writes what has gathered, now. */
  flush(nowMs: number): Promise<void>;
}

export function createCounters(state: Pick<StateStore, 'count'>): Counters {
  let gathered = new Map<string, number>();
  let flushedMs = Number.NEGATIVE_INFINITY;

  function add(counts: Readonly<Record<string, number>>): void {
    for (const [name, count] of Object.entries(counts))
      if (count !== 0) gathered.set(name, (gathered.get(name) ?? 0) + count);
  }

  async function flush(nowMs: number): Promise<void> {
    flushedMs = nowMs;
    if (gathered.size === 0) return;
    const counts = Object.fromEntries(gathered);
    gathered = new Map();
    try {
      await state.count(Math.floor(nowMs / DAY_MS) * DAY_MS, counts);
    } catch (error) {
      add(counts);
      throw error;
    }
  }

  return {
    add,
    flush,
    flushWhenDue: async (nowMs) => (nowMs - flushedMs >= FLUSH_MS ? flush(nowMs) : undefined),
  };
}

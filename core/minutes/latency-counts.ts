/** Latencies of a second and more are kept to three digits: as many counters as a minute needs, whatever callers do. */
const EXACT_BELOW_MS = 1000;
const PERCENTILE = 0.95;
const FEW_MAX = 64;

/** Counts latencies, for one percentile. The order of adding does not matter. */
export class LatencyCounts {
  /** Most rows are of a few calls: a list of these is made and sorted in no time, a map of them is not. */
  private few: number[] | undefined;
  private counts: Map<number, number> | undefined;
  private total = 0;

  /** Milliseconds; anything that is no duration is not counted. */
  add(latencyMs: number | undefined): void {
    if (latencyMs === undefined || !(latencyMs >= 0 && latencyMs < Number.POSITIVE_INFINITY)) return;
    const kept = latencyMs < EXACT_BELOW_MS ? Math.round(latencyMs) : Number(latencyMs.toPrecision(3));
    this.total += 1;
    if (this.counts !== undefined) countOne(this.counts, kept);
    else if (this.few === undefined) this.few = [kept];
    else if (this.few.push(kept) > FEW_MAX) {
      this.counts = new Map();
      for (const one of this.few) countOne(this.counts, one);
      this.few = undefined;
    }
  }

  /** By nearest rank: the smallest latency that at least 95 % of the calls do not exceed. */
  p95(): number | undefined {
    const rank = Math.ceil(this.total * PERCENTILE);
    if (this.counts === undefined) return this.few?.sort((a, b) => a - b)[rank - 1];
    let below = 0;
    for (const [latencyMs, count] of [...this.counts].sort(([a], [b]) => a - b)) {
      below += count;
      if (below >= rank) return latencyMs;
    }
    return undefined;
  }
}

function countOne(counts: Map<number, number>, value: number): void {
  counts.set(value, (counts.get(value) ?? 0) + 1);
}

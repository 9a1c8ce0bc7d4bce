/** Latencies of a second and more are kept to three digits: as many counters as a minute needs, whatever callers do. */
const EXACT_BELOW_MS = 1000;
const PERCENTILE = 0.95;

/** Counts latencies, for one percentile. The order of adding does not matter. */
export class LatencyCounts {
  private readonly counts = new Map<number, number>();
  private total = 0;

  /** Milliseconds; anything that is no duration is not counted. */
  add(latencyMs: number | undefined): void {
    if (latencyMs === undefined || !(latencyMs >= 0 && latencyMs < Number.POSITIVE_INFINITY)) return;
    const kept = latencyMs < EXACT_BELOW_MS ? Math.round(latencyMs) : Number(latencyMs.toPrecision(3));
    this.counts.set(kept, (this.counts.get(kept) ?? 0) + 1);
    this.total += 1;
  }

  /** By nearest rank: the smallest latency that at least 95 % of the calls do not exceed. */
  p95(): number | undefined {
    const rank = Math.ceil(this.total * PERCENTILE);
    let below = 0;
    for (const [latencyMs, count] of [...this.counts].sort(([a], [b]) => a - b)) {
      below += count;
      if (below >= rank) return latencyMs;
    }
    return undefined;
  }
}

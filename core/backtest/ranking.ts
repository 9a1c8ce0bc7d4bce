/** Keys counted apart; what a caller may choose at will must not fill the memory. */
const KEYS_MAX = 10_000;

export interface Ranked {
  readonly name: string;
  readonly alerts: number;
}

/** Counts by name, for the few that lead. */
export class Ranking {
  private readonly counts = new Map<string, number>();

  add(name: string): void {
    const count = this.counts.get(name);
    if (count !== undefined || this.counts.size < KEYS_MAX) this.counts.set(name, (count ?? 0) + 1);
  }

  top(limit: number): readonly Ranked[] {
    return [...this.counts]
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, limit)
      .map(([name, alerts]) => ({ name, alerts }));
  }
}

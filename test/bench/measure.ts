/** One of several ways to do the same work; each runs over all inputs, in turn with the others. */
export interface Variant {
  readonly name: string;
  /** Does one input and answers with something of it, so that no work can be left out as unused. */
  readonly run: (input: number) => number;
}

export interface Timed {
  /** Microseconds of processor time an item: median of the rounds. */
  readonly micros: number;
  /** How often as fast as the first variant: median of the rounds' own ratios. */
  readonly ratio: number;
}

/**
 * Runs the variants in turn over slices of the inputs: what else the machine does strikes all of them alike. Processor time, not
 * time on the clock, so that a busy neighbour does not count; the ratio of each round is its own, and the median of
 * the rounds is reported. A first round warms up.
 */
export function timeInTurn(
  variants: readonly Variant[],
  inputs: number,
  itemsAnInput: number,
  rounds: number,
): readonly Timed[] {
  const micros = variants.map(() => [] as number[]);
  const sliceSize = Math.max(1, Math.ceil(inputs / SLICES));
  let sink = 0;
  for (let round = -1; round < rounds; round += 1) {
    const used = variants.map(() => 0);
    for (let from = 0; from < inputs; from += sliceSize) {
      const to = Math.min(inputs, from + sliceSize);
      for (let turn = 0; turn < variants.length; turn += 1) {
        // Whoever comes first finds other caches than whoever comes last.
        const at = (turn + round + 1) % variants.length;
        const run = variants[at]?.run ?? (() => 0);
        const before = process.cpuUsage();
        for (let input = from; input < to; input += 1) sink += run(input);
        const { user, system } = process.cpuUsage(before);
        used[at] = (used[at] ?? 0) + user + system;
      }
    }
    if (round >= 0) for (const [at, total] of used.entries()) micros[at]?.push(total / (inputs * itemsAnInput));
  }
  if (!Number.isFinite(sink)) throw new Error('nothing was done');
  return micros.map((own) => ({
    micros: median(own),
    ratio: median(own.map((value, round) => (micros[0]?.[round] ?? 0) / value)),
  }));
}

const SLICES = 10;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

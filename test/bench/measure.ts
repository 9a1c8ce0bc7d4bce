/** One of several ways to do the same work; each runs over all inputs, in turn with the others. */
export interface Variant {
  readonly name: string;
  /** Does one input and answers with something of it, so that no work can be left out as unused. */
  readonly run: (input: number) => number;
}

export interface Timed {
  /** Microseconds of processor time an item. */
  readonly micros: number;
  /** How often as fast as the first variant. */
  readonly ratio: number;
}

/**
 * Runs the variants in turn over slices of the inputs: what else the machine does strikes all of them alike. Processor time, not
 * time on the clock, so that waiting for the processor does not count; and of each variant the lower quartile of its rounds, for a
 * neighbour that shares the core's caches only ever makes it slower. Two rounds warm up.
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
  for (let round = -WARM_UP; round < rounds; round += 1) {
    const used = variants.map(() => 0);
    for (let from = 0; from < inputs; from += sliceSize) {
      const to = Math.min(inputs, from + sliceSize);
      for (let turn = 0; turn < variants.length; turn += 1) {
        // Whoever comes first finds other caches than whoever comes last.
        const at = (turn + round + WARM_UP) % variants.length;
        const run = variants[at]?.run ?? (() => 0);
        const before = process.cpuUsage();
        for (let input = from; input < to; input += 1) sink += run(input);
        const { user, system } = process.cpuUsage(before);
        used[at] = (used[at] ?? 0) + user + system;
      }
    }
    if (round >= 0)
      for (const [at, total] of used.entries()) micros[at]?.push(total / (inputs * itemsAnInput));
  }
  if (!Number.isFinite(sink)) throw new Error('nothing was done');
  const quartiles = micros.map(lowerQuartile);
  return quartiles.map((own) => ({ micros: own, ratio: (quartiles[0] ?? 0) / own }));
}

const WARM_UP = 2;
const SLICES = 5;

function lowerQuartile(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 4)] ?? 0;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

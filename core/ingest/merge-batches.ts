import type { DecodedBatch } from '../calls/feeds/decoded-batch.js';
import type { Digest } from '../ports/digest.js';

/**
 * Payloads of one feed as one: a segment, a window and a request to the store cost much the same for a thousand calls as for a
 * hundred. Put together is what holds whole calls and nothing else: records set aside and lines of split requests are known by the
 * payload that they came in. The same payloads give the same batch, in whatever order; one that comes twice is taken once.
 */
export function mergeBatches(batches: readonly DecodedBatch[], digest: Digest): readonly DecodedBatch[] {
  const byFeed = new Map<string, Group>();
  const others: DecodedBatch[] = [];
  for (const batch of new Map(batches.map((one) => [one.digest, one])).values()) {
    if (!isWhole(batch)) {
      others.push(batch);
      continue;
    }
    const key = `${batch.kind} ${batch.feed}`;
    const alike = byFeed.get(key);
    if (alike === undefined) byFeed.set(key, [batch]);
    else alike.push(batch);
  }
  return [...[...byFeed.values()].map((alike) => asOne(alike, digest)), ...others];
}

type Group = [DecodedBatch, ...DecodedBatch[]];

function isWhole({ control, rejected, split }: DecodedBatch): boolean {
  return !control && rejected.length === 0 && split === undefined;
}

function asOne(alike: Group, digest: Digest): DecodedBatch {
  const [first] = alike;
  if (alike.length === 1) return first;
  const sorted = [...alike].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  return {
    ...first,
    digest: digest.hex(['payloads', ...sorted.map((one) => one.digest)], 32),
    records: sorted.reduce((sum, { records }) => sum + records, 0),
    calls: sorted.flatMap(({ calls }) => calls),
    sources: sorted.flatMap(({ sources }) => sources),
  };
}

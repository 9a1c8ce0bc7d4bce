import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import type { DecodedBatch } from '../../../../core/calls/feeds/decoded-batch.js';
import { mergeBatches } from '../../../../core/ingest/merge-batches.js';
import { testCall } from '../inventory/test-call.js';

function batchOf(name: string, overrides: Partial<DecodedBatch> = {}): DecodedBatch {
  return {
    feed: 'orders-access',
    kind: 'access-log',
    digest: nodeDigest.hex([name], 32),
    control: false,
    records: 2,
    calls: [testCall({ id: `${name}-1` }), testCall({ id: `${name}-2` })],
    sources: [1, 2],
    rejected: [],
    ...overrides,
  };
}

const idsOf = ({ calls }: DecodedBatch) => calls.map(({ id }) => id);

describe('payloads that are put together', () => {
  it('are one for each feed, with all their calls', () => {
    const merged = mergeBatches(
      [batchOf('a'), batchOf('b', { feed: 'pets-access' }), batchOf('c')],
      nodeDigest,
    );
    expect(merged.map(({ feed, records, calls }) => [feed, records, calls.length])).toEqual([
      ['orders-access', 4, 4],
      ['pets-access', 2, 2],
    ]);
  });

  it('are the same payload in any order and however often each comes', () => {
    const batches = ['a', 'b', 'c', 'd'].map((name) => batchOf(name));
    const [whole] = mergeBatches(batches, nodeDigest);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(batches, { minLength: batches.length }),
        fc.subarray(batches),
        (once, again) => {
          expect(mergeBatches([...once, ...again], nodeDigest)).toEqual([whole]);
        },
      ),
    );
  });

  it('leave alone what is known by its own payload: records set aside, lines of split requests, control messages', () => {
    const rejected = [{ record: 2, reason: 'no', sample: 'x', body: 'x' }];
    const alone = [
      batchOf('b', { rejected }),
      batchOf('c', { split: new Map() }),
      batchOf('d', { control: true, calls: [], sources: [] }),
    ];
    const merged = mergeBatches([batchOf('a'), ...alone, batchOf('e')], nodeDigest);
    expect(merged.slice(1)).toEqual(alone);
    expect(merged[0] && idsOf(merged[0]).sort()).toEqual(['a-1', 'a-2', 'e-1', 'e-2']);
  });

  it('stay what they are where there is one: its digest is that of any other delivery', () => {
    expect(mergeBatches([batchOf('a')], nodeDigest)).toEqual([batchOf('a')]);
  });
});

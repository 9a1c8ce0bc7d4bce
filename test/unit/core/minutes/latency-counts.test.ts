import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LatencyCounts } from '../../../../core/minutes/latency-counts.js';

function p95(latencies: readonly (number | undefined)[]): number | undefined {
  const counts = new LatencyCounts();
  for (const latency of latencies) counts.add(latency);
  return counts.p95();
}

describe('LatencyCounts', () => {
  it.each([
    [[], undefined],
    [[undefined, Number.NaN, -1, Number.POSITIVE_INFINITY], undefined],
    [[7], 7],
    [[...Array(95).fill(10), ...Array(5).fill(900)], 10],
    [[...Array(94).fill(10), ...Array(6).fill(900)], 900],
    [[29_003], 29_000],
  ])('of %j is %s', (latencies, expected) => {
    expect(p95(latencies)).toBe(expected);
  });

  it('is the nearest rank within half a percent, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 900_000 }), { minLength: 1 }), (latencies) => {
        const sorted = [...latencies].sort((a, b) => a - b);
        const exact = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
        const found = p95(latencies) ?? Number.NaN;
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact * 0.005);
        expect(p95([...latencies].reverse())).toBe(found);
      }),
    );
  });
});

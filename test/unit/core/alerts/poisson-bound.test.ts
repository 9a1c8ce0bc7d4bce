import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { poissonUpperBound } from '../../../../core/alerts/poisson-bound.js';

describe('poissonUpperBound', () => {
  // Half the 0.95 quantile of chi-square with 2(count + 1) degrees of freedom, from printed tables.
  it.each([
    [0, 2.9957],
    [1, 4.7439],
    [2, 6.2958],
    [5, 10.513],
    [10, 16.9622],
    [49, 62.1711],
  ])('of %i events is %f', (count, bound) => {
    expect(poissonUpperBound(count, 1)).toBeCloseTo(bound, 3);
  });

  it('is per unit of exposure, and infinite without any', () => {
    expect(poissonUpperBound(0, 7)).toBeCloseTo(0.428, 3);
    expect(poissonUpperBound(3, 0)).toBe(Number.POSITIVE_INFINITY);
  });

  it('grows with the count and always lies above it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), (count) => {
        const bound = poissonUpperBound(count, 1);
        expect(bound).toBeGreaterThan(count);
        expect(poissonUpperBound(count + 1, 1)).toBeGreaterThan(bound);
      }),
      { numRuns: 40 },
    );
  });
});

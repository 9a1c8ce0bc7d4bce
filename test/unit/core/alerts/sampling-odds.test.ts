import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { missProbability, samplingOdds } from '../../../../core/alerts/sampling-odds.js';

describe('the odds of a sampled rule', () => {
  it('are none where everything counts', () => {
    expect(samplingOdds({ sampleOneIn: 1, firesAt: 20 })).toBeUndefined();
    expect(missProbability(19, { sampleOneIn: 1, firesAt: 20 })).toBe(1);
    expect(missProbability(20, { sampleOneIn: 1, firesAt: 20 })).toBe(0);
  });

  it('are binomial: three of four tosses', () => {
    // 1 − (4 · ½⁴ + ½⁴) = 11/16 miss
    expect(missProbability(4, { sampleOneIn: 2, firesAt: 3 })).toBeCloseTo(11 / 16, 12);
  });

  it('miss less the more there is, and never half of the time from where they say', () => {
    const plan = fc.record({
      sampleOneIn: fc.integer({ min: 2, max: 64 }),
      firesAt: fc.integer({ min: 1, max: 60 }),
    });
    fc.assert(
      fc.property(plan, (one) => {
        const odds = samplingOdds(one);
        if (odds === undefined) throw new Error('a sample has odds');
        expect(missProbability(odds.halfAt, one)).toBeLessThanOrEqual(0.5);
        expect(missProbability(odds.halfAt - 1, one)).toBeGreaterThan(0.5);
        expect(missProbability(odds.surelyAt, one)).toBeLessThanOrEqual(0.001);
        expect(odds.surelyAt).toBeGreaterThan(odds.halfAt);
      }),
    );
  });
});

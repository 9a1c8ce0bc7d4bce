import { describe, expect, it } from 'vitest';
import { unsupportedCorrelations } from '../../../../core/alerts/unsupported-correlations.js';
import { planCorrelation, planEventRule } from '../../../../core/alerts/window-plan.js';
import { correlation, eventRule } from './samples.js';

const RULES = new Map([['client-error', eventRule()]]);

describe('planCorrelation', () => {
  it.each([
    ['gte', 10, 10],
    ['gt', 10, 11],
    ['gt', 9.5, 10],
    ['gte', 9.5, 10],
  ] as const)('%s %d fires at %d', (operator, threshold, firesAt) => {
    expect(planCorrelation(correlation({ operator, threshold }), RULES).firesAt).toBe(firesAt);
  });

  it('never lets a bucket saturate below the threshold, nor a span outgrow an item', () => {
    for (let threshold = 1; threshold <= 5000; threshold += 7) {
      for (const timespanMs of [1000, 60_000, 300_000, 86_400_000]) {
        const plan = planCorrelation(correlation({ threshold, timespanMs }), RULES);
        expect(plan.capacity).toBeGreaterThanOrEqual(plan.firesAt);
        expect(plan.bucketMs).toBeLessThanOrEqual(plan.timespanMs);
        const buckets = Math.ceil(plan.timespanMs / plan.bucketMs);
        expect(buckets * plan.capacity).toBeLessThanOrEqual(1024);
      }
    }
  });

  it('scales the threshold of a sampled rule, rounding up', () => {
    const rule = correlation({ threshold: 50, sampleOneIn: 16, type: 'value_count', valueField: 'path' });
    expect(planCorrelation(rule, RULES)).toMatchObject({ firesAt: 4, sampleOneIn: 16 });
  });

  it('gives a call rule that alerts by itself one window an hour and caller, fired by one call', () => {
    expect(planEventRule(eventRule({ alerts: true }))).toMatchObject({
      groupBy: ['apiId', 'principalKind', 'principal'],
      timespanMs: 3_600_000,
      firesAt: 1,
    });
  });
});

describe('unsupportedCorrelations', () => {
  it('lets through what can be judged, at once or when the window is closed', () => {
    const rules = [eventRule(), correlation(), correlation({ id: 'few', operator: 'lt' })];
    expect(unsupportedCorrelations(rules)).toEqual([]);
  });

  it.each([
    [{ threshold: 0 }, /without a single event/],
    [{ operator: 'gt', threshold: -1 }, /without a single event/],
    [{ threshold: Number.NaN }, /not a number/],
    [{ timespanMs: 999 }, /shorter than 1 second/],
    [{ timespanMs: 31 * 86_400_000 }, /longer than 30 days/],
    [{ ruleIds: ['many-errors'] }, /refers to itself/],
    [{ type: 'value_sum' }, /needs the field/],
    [{ type: 'value_count' }, /needs the field/],
    [{ ruleIds: [] }, /refers to no rule/],
  ] as const)('refuses %o with the reason', (overrides, reason) => {
    const [refused] = unsupportedCorrelations([correlation(overrides)]);
    expect(refused?.ruleId).toBe('many-errors');
    expect(refused?.reason).toMatch(reason);
  });
});

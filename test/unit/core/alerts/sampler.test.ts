import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import { Sampler } from '../../../../core/alerts/sampler.js';
import type { WindowPlan } from '../../../../core/alerts/window-plan.js';

const plan = (contentHash: string, sampleOneIn: number) =>
  ({ sampleOneIn, rule: { contentHash } }) as unknown as WindowPlan;
const values = Array.from({ length: 20_000 }, (_, id) => `/orders/${id}`);
const taken = (key: string, rule: string, oneIn: number) => {
  const sampler = new Sampler(nodeDigest, key);
  return values.filter((value) => sampler.takes(plan(rule, oneIn), value));
};

describe('a sampled rule', () => {
  it('counts everything when it counts one in one', () => {
    expect(taken('key', 'a', 1)).toHaveLength(values.length);
  });

  it.each([4, 32, 64])('counts about one value in %i', (oneIn) => {
    const expected = values.length / oneIn;
    const count = taken('key', 'a', oneIn).length;
    // Five standard deviations of a fair draw.
    expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
  });

  it('counts the same values in every container', () => {
    expect(taken('key', 'a', 64)).toEqual(taken('key', 'a', 64));
  });

  it.each([
    ['another installation', 'other', 'a'],
    ['another rule', 'key', 'b'],
  ])('counts other values in %s', (_, key, rule) => {
    const here = new Set(taken('key', 'a', 64));
    const both = taken(key, rule, 64).filter((value) => here.has(value));
    expect(both.length).toBeLessThan(here.size / 4);
  });

  it('tells values apart by their length and last character', () => {
    const sampler = new Sampler(nodeDigest, 'key');
    const tails = Array.from({ length: 256 }, (_, code) => `/a${String.fromCharCode(32 + code)}`);
    const some = tails.filter((value) => sampler.takes(plan('a', 4), value)).length;
    expect(some).toBeGreaterThan(32);
    expect(some).toBeLessThan(96);
  });
});

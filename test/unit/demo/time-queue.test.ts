import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimeQueue } from '../../../demo/time-queue.js';

describe('TimeQueue', () => {
  it('gives back everything in order of time, equals in order of arrival', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
        const queue = new TimeQueue<{ readonly timeMs: number; readonly n: number }>();
        for (const [n, timeMs] of times.entries()) queue.push(timeMs, { timeMs, n });
        const out: { readonly timeMs: number; readonly n: number }[] = [];
        for (let item = queue.pop(); item !== undefined; item = queue.pop()) out.push(item);
        const expected = times
          .map((timeMs, n) => ({ timeMs, n }))
          .sort((a, b) => a.timeMs - b.timeMs || a.n - b.n);
        expect(out).toEqual(expected);
        expect(queue.size).toBe(0);
        expect(queue.nextMs()).toBe(Number.POSITIVE_INFINITY);
      }),
    );
  });
});

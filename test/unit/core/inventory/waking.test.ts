import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOf, quietDaysBefore } from '../../../../core/inventory/waking.js';

describe('a waking', () => {
  it.each([
    ['the day after', 1, undefined],
    ['after six days without a call', 7, undefined],
    ['after seven', 8, 7],
    ['after a quarter', 91, 90],
    ['a late call from before', -3, undefined],
    ['on the same day', 0, undefined],
  ])('%s', (_, later, quiet) => {
    expect(quietDaysBefore(20_000 + later, 20_000)).toBe(quiet);
  });

  it('is none where nothing is known of an earlier day', () => {
    expect(quietDaysBefore(20_000, undefined)).toBeUndefined();
  });

  it('counts days of UTC, whatever the hour', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30_000 }), fc.nat(86_399_999), (day, ms) => {
        expect(dayOf(day * 86_400_000 + ms)).toBe(day);
      }),
    );
  });
});

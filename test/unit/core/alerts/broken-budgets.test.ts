import { describe, expect, it } from 'vitest';
import { brokenBudgets, type WatchedRule } from '../../../../core/alerts/broken-budgets.js';

const DAY = 86_400_000;
const TODAY = Date.UTC(2026, 2, 10);
const budgets = { alertsPerDay: 5, rules: { quiet: 0, loud_one: 50 } };
const rule = (fields: Partial<WatchedRule> = {}): WatchedRule => ({
  id: 'r',
  name: undefined,
  runsAs: 'hash',
  decidedMs: undefined,
  ...fields,
});
const days = (...counts: readonly number[]) => counts.map((count) => new Map([['hash', count]]));

describe('a budget', () => {
  it.each([
    ['over on three days running', rule(), days(6, 9, 70), true],
    ['met on one of them', rule(), days(6, 5, 70), false],
    ['met exactly', rule(), days(5, 5, 5), false],
    ['over, but for alerts of another version', rule({ runsAs: 'other' }), days(9, 9, 9), false],
    ['a budget of none, one alert a day', rule({ id: 'quiet' }), days(1, 1, 1), true],
    ['a budget of none, a day without', rule({ id: 'quiet' }), days(1, 0, 1), false],
    ['a budget of its own, by name', rule({ name: 'loud_one' }), days(9, 9, 9), false],
    ['decided a week ago', rule({ decidedMs: TODAY - 7 * DAY }), days(9, 9, 9), true],
    ['decided as the three days began', rule({ decidedMs: TODAY - 3 * DAY }), days(9, 9, 9), true],
    ['decided within the three days', rule({ decidedMs: TODAY - 3 * DAY + 1 }), days(9, 9, 9), false],
    ['only two days looked at, both over', rule(), days(9, 9), true],
    ['only one day looked at, and met', rule(), days(2), false],
  ] as const)('%s: %j', (_, watched, counts, isBroken) => {
    expect(brokenBudgets([watched], counts, { todayMs: TODAY, budgets })).toHaveLength(isBroken ? 1 : 0);
  });

  it('that is broken is told with what was seen', () => {
    expect(brokenBudgets([rule()], days(6, 9, 70), { todayMs: TODAY, budgets })).toEqual([
      { rule: rule(), budget: 5, alerts: [6, 9, 70] },
    ]);
  });
});

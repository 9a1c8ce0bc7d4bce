import { describe, expect, it } from 'vitest';
import { budgetOf, demote, promote } from '../../../../core/alerts/life-cycle.js';

const rate = (upperBound: number, exposureDays = 7) => ({
  alerts: 3,
  exposureDays,
  perDay: upperBound / 2,
  upperBound,
});

describe('promoting a rule', () => {
  it.each([
    ['draft', undefined, false, 'shadow'],
    ['shadow', rate(4.9), false, 'active'],
    ['shadow', rate(5), false, 'active'],
    ['shadow', rate(500), true, 'active'],
    ['shadow', undefined, true, 'active'],
  ] as const)('from %s with the bound %j, forced %s, makes it %s', (from, bound, force, to) => {
    expect(promote({ from, rate: bound, budget: 5, force })).toEqual({ kind: 'allowed', to });
  });

  it.each([
    ['shadow', undefined, 'no backtest'],
    ['shadow', rate(5.1), 'bounds it at 5.1 alerts a day, its budget is 5: backtest over more days'],
    ['shadow', rate(11), 'its budget is 5: tune its threshold or allow list'],
    ['shadow', rate(11, 0.5), 'backtest over at least 0.6 days of calls'],
    ['shadow', rate(Infinity, 0), 'in 0.0 days of calls, which bounds nothing'],
    ['active', rate(1), 'active already'],
  ] as const)('from %s with the bound %j is refused: %s', (from, bound, reason) => {
    expect(promote({ from, rate: bound, budget: 5, force: false })).toEqual({
      kind: 'refused',
      reason: expect.stringContaining(reason),
    });
  });

  it('knows nothing above active, whatever is forced', () => {
    expect(promote({ from: 'active', rate: rate(1), budget: 5, force: true }).kind).toBe('refused');
  });
});

describe('demoting a rule', () => {
  it('goes the way back, one state at a time', () => {
    expect([demote('active'), demote('shadow')]).toEqual([
      { kind: 'allowed', to: 'shadow' },
      { kind: 'allowed', to: 'draft' },
    ]);
    expect(demote('draft').kind).toBe('refused');
  });
});

describe('the budget of a rule', () => {
  it('is its own by id or name, else that of all', () => {
    const budgets = { alertsPerDay: 5, rules: { r1: 1, 'by-name': 2 } };
    expect(budgetOf({ id: 'r1', name: 'by-name' }, budgets)).toBe(1);
    expect(budgetOf({ id: 'r2', name: 'by-name' }, budgets)).toBe(2);
    expect(budgetOf({ id: 'toString', name: undefined }, budgets)).toBe(5);
  });
});

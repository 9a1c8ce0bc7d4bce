import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import { type BudgetPorts, enforceBudgets } from '../../../../core/alerts/enforce-budgets.js';
import type { LifeCycleRecord } from '../../../../core/alerts/life-cycle.js';
import type { Bundle } from '../../../../core/bundle.js';
import type { Alert } from '../../../../core/ports/finding-store.js';
import type { TrailEvent } from '../../../../core/ports/trail-store.js';
import { eventRule } from './samples.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TODAY = Date.UTC(2026, 2, 10);
const AT_SEVEN = TODAY + 7 * HOUR;

/** An active rule with so many alerts on each of the days before today, newest first. */
function world(counts: readonly number[], state: 'active' | 'shadow' = 'active') {
  const rule = eventRule({ id: 'noisy', contentHash: 'runs-as' });
  const bundle = {
    rules: [rule],
    settings: {
      hotDays: 14,
      proxies: [],
      keepExtra: [],
      redact: [],
      budgets: { alertsPerDay: 5, rules: {} },
    },
    configuration: {
      packs: [],
      configured: [
        { id: 'noisy', contentHash: 'written', state, origin: { kind: 'parameter', name: 'rules/noisy' } },
      ],
      drafts: [],
      accepted: [],
    },
  } as unknown as Bundle;
  const alerts = counts.flatMap((count, at) =>
    Array.from({ length: count }, (_, n) => ({
      ruleHash: 'runs-as',
      slotStartMs: TODAY - (at + 1) * DAY + n,
    })),
  );
  const cursors = new Map<string, string>();
  const decided: LifeCycleRecord[] = [];
  const recorded: TrailEvent[] = [];
  const order: string[] = [];
  let daysRead = 0;
  const ports: BudgetPorts = {
    state: {
      bundle: async () => bundle,
      lifeCycle: async () => decided,
      setLifeCycle: async (record) => {
        order.push('decision');
        decided.push(record);
      },
      cursor: async (name) => cursors.get(name),
      setCursor: async (name, value) => void cursors.set(name, value),
    },
    findings: {
      async *alerts({ fromMs = 0, toMs = 0 }) {
        daysRead += 1;
        yield* alerts.filter(({ slotStartMs }) => slotStartMs >= fromMs && slotStartMs <= toMs) as Alert[];
      },
    },
    trail: {
      record: async (event) => {
        order.push('trail');
        recorded.push(event);
      },
    },
    digest: nodeDigest,
  };
  return { ports, decided, recorded, order, daysRead: () => daysRead };
}

describe('enforcing budgets', () => {
  it('demotes what was over on three days running: the trail first, then the decision, with the figures', async () => {
    const { ports, decided, recorded, order } = world([6, 7, 80]);
    const reason = 'over its budget of 5 alerts a day on three days running: 6, 7, 80, newest first';
    expect(await enforceBudgets(ports, AT_SEVEN)).toEqual([{ ruleId: 'noisy', reason }]);
    expect(order).toEqual(['trail', 'decision']);
    expect(recorded).toMatchObject([
      {
        kind: 'rule.demoted',
        timeMs: AT_SEVEN,
        details: {
          rule: 'noisy',
          before: 'active',
          after: 'shadow',
          by: 'gatewarden',
          budget: 5,
          alerts: '6, 7, 80',
        },
      },
    ]);
    expect(decided).toEqual([
      {
        ruleId: 'noisy',
        contentHash: 'written',
        state: 'shadow',
        atMs: AT_SEVEN,
        by: 'gatewarden',
        forced: false,
        reason,
      },
    ]);
  });

  it.each([
    ['one day was bearable', [6, 3, 80], 'active', 2],
    ['yesterday was bearable: no other day is read', [3, 30, 80], 'active', 1],
    ['it is in shadow', [9, 9, 9], 'shadow', 0],
  ] as const)('lets a rule be where %s', async (_, counts, state, days) => {
    const { ports, order, daysRead } = world(counts, state);
    expect(await enforceBudgets(ports, AT_SEVEN)).toEqual([]);
    expect([order, daysRead()]).toEqual([[], days]);
  });

  it('looks once a day, and not before the day has settled', async () => {
    const { ports, daysRead } = world([3, 3, 3]);
    for (let hour = 0; hour < 24; hour += 1) await enforceBudgets(ports, TODAY + hour * HOUR + 420_000);
    // Until three o'clock it is the day before yesterday's turn.
    expect(daysRead()).toBe(2);
  });

  it('begins again where a run was broken off', async () => {
    const { ports, decided, recorded } = world([6, 7, 80]);
    const broken = {
      ...ports,
      state: { ...ports.state, setLifeCycle: () => Promise.reject(new Error('cut')) },
    };
    await expect(enforceBudgets(broken, AT_SEVEN)).rejects.toThrow('cut');
    expect(await enforceBudgets(ports, AT_SEVEN + HOUR)).toHaveLength(1);
    expect(new Set(recorded.map(({ id }) => id)).size).toBe(1);
    expect(decided).toHaveLength(1);
  });
});

import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import { EventCorrelator, type SlotFiring } from '../../../../core/alerts/correlate-events.js';
import { planRules } from '../../../../core/alerts/plan-rules.js';
import type { WindowEvent } from '../../../../core/alerts/window-event.js';
import type { RuleSource } from '../../../../core/sigma/rule-source.js';
import { BASE_MS, correlation, eventRule } from './samples.js';

const MINUTE = 60_000;
const RULES = [
  eventRule({ id: 'denied', alerts: false }),
  eventRule({ id: 'granted', alerts: false }),
  correlation({ id: 'burst', ruleIds: ['denied'], threshold: 3, groupBy: ['user'], alerts: false }),
  correlation({
    id: 'broken-in',
    type: 'temporal_ordered',
    ruleIds: ['burst', 'granted'],
    threshold: 2,
    groupBy: ['user'],
    contentHash: 'cc'.repeat(16),
  }),
];

function correlator(rules: readonly RuleSource[] = RULES, horizonMs = Number.POSITIVE_INFINITY) {
  const plans = planRules(rules, { exact: true });
  return new EventCorrelator({ plans, digest: nodeDigest, samplingKey: 'key', horizonMs, eventsMax: 100 });
}

function event(id: number, timeMs: number, user: string): WindowEvent {
  const field = (name: string) => (name === 'user' ? user : undefined);
  return { id: `e${id}`, timeMs, field, groupField: field, json: () => '{}' };
}

const shown = (firings: readonly SlotFiring[]) =>
  firings.map(({ plan, group, verdict, events }) => ({
    rule: plan.rule.id,
    group,
    firstMs: verdict.firstMs - BASE_MS,
    lastMs: verdict.lastMs - BASE_MS,
    events,
  }));

describe('correlating a sequence of events in memory', () => {
  it('names the group, the times and the events of what fired, and nothing of the rules in between', () => {
    const run = correlator();
    const rows = [
      ['denied', 0, 'ann'],
      ['granted', 1, 'ann'],
      ['denied', 2, 'ann'],
      ['denied', 3, 'bob'],
      ['denied', 4, 'ann'],
      ['granted', 5, 'bob'],
      ['granted', 6, 'ann'],
    ] as const;
    for (const [eventIndex, [ruleId, seconds, user]] of rows.entries())
      run.add({ ruleId, eventIndex, event: event(eventIndex, BASE_MS + seconds * 1000, user) });
    expect(shown(run.finish())).toEqual([
      { rule: 'broken-in', group: { user: 'ann' }, firstMs: 0, lastMs: 6000, events: [0, 1, 2, 4, 6] },
    ]);
  });

  it('judges what is over while events keep coming, and remembers only what later events can reach', () => {
    const rules = [
      eventRule({ id: 'denied', alerts: false }),
      correlation({ id: 'burst', ruleIds: ['denied'], threshold: 3, groupBy: ['user'] }),
      correlation({
        id: 'few',
        ruleIds: ['denied'],
        operator: 'lt',
        threshold: 3,
        groupBy: ['user'],
        contentHash: 'dd'.repeat(16),
      }),
    ];
    const run = correlator(rules, 10 * MINUTE);
    const whole = correlator(rules);
    const early: SlotFiring[] = [];
    let last: readonly SlotFiring[] = [];
    let reference: readonly SlotFiring[] = [];
    for (let at = 0; at < 30_000; at += 1) {
      const signal = {
        ruleId: 'denied',
        eventIndex: at,
        event: event(at, BASE_MS + at * 1000, `u${at % 7}-${at % 400}`),
      };
      early.push(...run.add(signal));
      whole.add(signal);
    }
    last = run.finish();
    reference = whole.finish();
    const key = ({ plan, groupHash, slotStartMs }: SlotFiring) =>
      `${plan.rule.id} ${slotStartMs} ${groupHash}`;
    expect(early.length).toBeGreaterThan(10 * last.length);
    expect([...early, ...last].map(key).sort()).toEqual(reference.map(key).sort());
    expect(reference.length).toBeGreaterThan(1000);
  });

  it('counts events without a time, events from before the horizon, and events that lack a field', () => {
    const run = correlator(RULES, 10 * MINUTE);
    run.add({ ruleId: 'denied', eventIndex: 0, event: event(0, Number.NaN, 'ann') });
    run.add({ ruleId: 'denied', eventIndex: 1, event: event(1, BASE_MS, 'ann') });
    run.add({ ruleId: 'denied', eventIndex: 2, event: event(2, BASE_MS - 11 * MINUTE, 'ann') });
    run.add({ ruleId: 'other', eventIndex: 3, event: event(3, Number.NaN, 'ann') });
    run.add({
      ruleId: 'granted',
      eventIndex: 4,
      event: { ...event(4, BASE_MS, 'ann'), groupField: () => undefined },
    });
    expect(run).toMatchObject({ untimed: 1, late: 1, unjudged: 1 });
    expect(run.finish()).toEqual([]);
  });

  it('has no limit to what it counts exactly where it is told so', () => {
    const many = correlation({ id: 'many', ruleIds: ['denied'], threshold: 3000, groupBy: [] });
    const run = correlator([eventRule({ id: 'denied', alerts: false }), many]);
    for (let at = 0; at < 3000; at += 1)
      run.add({ ruleId: 'denied', eventIndex: at, event: event(at, BASE_MS + at, 'ann') });
    const [firing] = run.finish();
    expect(firing?.verdict).toMatchObject({ count: 3000, saturated: false, progress: 3000 });
  });

  it('leaves windows open that wait for a watermark which has not passed them', () => {
    const few = correlation({
      id: 'few',
      ruleIds: ['denied'],
      operator: 'lt',
      threshold: 3,
      groupBy: ['user'],
    });
    const rules = [eventRule({ id: 'denied', alerts: false }), few];
    const run = (watermarkMs?: number) => {
      const one = correlator(rules);
      one.add({ ruleId: 'denied', eventIndex: 0, event: event(0, BASE_MS, 'ann') });
      return one.finish(watermarkMs).length;
    };
    expect([run(), run(BASE_MS + 10 * MINUTE), run(BASE_MS + 10 * MINUTE - 1)]).toEqual([1, 1, 0]);
  });
});

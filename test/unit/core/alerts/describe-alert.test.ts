import { describe, expect, it } from 'vitest';
import { describeAlert } from '../../../../core/alerts/describe-alert.js';
import { planRules } from '../../../../core/alerts/plan-rules.js';
import { planCorrelation, planEventRule } from '../../../../core/alerts/window-plan.js';
import { correlation, eventRule } from './samples.js';

const RULES = new Map([['client-error', eventRule()]]);

describe('the sentence of an alert', () => {
  it('says what was counted, for whom, within which time, against which threshold', () => {
    const plan = planCorrelation(correlation({ type: 'value_count', valueField: 'path' }), RULES);
    expect(describeAlert({ plan, group: { sourceIp: '192.0.2.7' }, count: 12, saturated: false })).toBe(
      '12 distinct values of path in calls that match "Client error" by address 192.0.2.7 within 5 minutes; threshold 10',
    );
  });

  it('says when a count is a lower bound or an estimate', () => {
    const exact = planCorrelation(correlation(), RULES);
    expect(describeAlert({ plan: exact, group: {}, count: 40, saturated: true })).toMatch(
      /^At least 40 calls/,
    );
    const sampled = planCorrelation(correlation({ threshold: 2000 }), RULES);
    expect(describeAlert({ plan: sampled, group: {}, count: 2400, saturated: true })).toMatch(
      /^About 2400 calls/,
    );
  });

  it('speaks of one call in the singular', () => {
    const plan = planEventRule(eventRule({ alerts: true, title: 'Scanner' }));
    const group = { apiId: 'a1', principalKind: 'ip', principal: '192.0.2.7' };
    expect(describeAlert({ plan, group, count: 1, saturated: false })).toBe(
      '1 call that matches "Scanner" by address 192.0.2.7 of API a1 within 1 hour; threshold 1',
    );
  });

  it('keeps what a caller wrote on one short line without control or direction characters', () => {
    const plan = planCorrelation(correlation({ groupBy: ['userAgent'] }), RULES);
    const hostile = `a\nb\u001b[2J\u202e${'x'.repeat(10_000)}`;
    const sentence = describeAlert({ plan, group: { userAgent: hostile }, count: 10, saturated: false });
    expect(sentence.length).toBeLessThan(300);
    expect(sentence).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('makes no link, mention or markup of what a caller wrote', () => {
    const plan = planCorrelation(correlation({ groupBy: ['userAgent', 'route'] }), RULES);
    const group = { userAgent: '<http://evil.example|reset> @channel [x](/y)', route: '//evil.example' };
    const sentence = describeAlert({ plan, group, count: 10, saturated: false });
    expect(sentence).not.toMatch(/:\/\/|[<>@]|\]\(|evil\.example/);
    expect(sentence).toContain('hxxp[:]//evil[.]example');
  });

  it.each([
    ['iam', 'IAM principal'],
    ['subject', 'subject'],
    ['api-key', 'API key'],
    ['client-certificate', 'client certificate'],
    ['ip', 'address'],
  ])('names the kind of the principal that was used: %s', (principalKind, words) => {
    const plan = planCorrelation(correlation({ groupBy: ['principalKind', 'principal'] }), RULES);
    const sentence = describeAlert({
      plan,
      group: { principalKind, principal: 'p-7' },
      count: 12,
      saturated: false,
    });
    expect(sentence).toContain(`by ${words} p-7 within`);
  });

  it.each([
    [
      { type: 'temporal', ruleIds: ['a', 'b'], threshold: 2 },
      2,
      '2 of "Refused", "Granted" match calls within 5 minutes; threshold 2',
    ],
    [
      { type: 'temporal_ordered', ruleIds: ['a', 'b'], threshold: 2 },
      2,
      '2 of "Refused", then "Granted" match calls in this order within 5 minutes; threshold 2',
    ],
    [
      { type: 'value_sum', valueField: 'responseBytes', operator: 'gt', threshold: 1000 },
      1200.5,
      'A sum of 1200.5 of responseBytes in calls that match "Refused" within 5 minutes; condition > 1000',
    ],
    [
      { type: 'value_avg', valueField: 'latencyMs', threshold: 500 },
      1000 / 3,
      'An average of 333.333333 of latencyMs in calls that match "Refused" within 5 minutes; threshold 500',
    ],
    [
      { type: 'value_percentile', valueField: 'latencyMs', percentile: 95, threshold: 500 },
      700,
      'A percentile 95 of 700 of latencyMs in calls that match "Refused" within 5 minutes; threshold 500',
    ],
    [
      { type: 'value_percentile', valueField: 'userAgent', operator: 'lte', threshold: 1 },
      0.5,
      'A value of userAgent that 0.5 % have of the calls that match "Refused" within 5 minutes; condition <= 1',
    ],
    [
      { type: 'value_count', valueField: 'path', operator: 'eq', threshold: 3 },
      3,
      '3 distinct values of path in calls that match "Refused" within 5 minutes; condition = 3',
    ],
    [
      { operator: 'gte', threshold: 2, also: [{ operator: 'lt', threshold: 5 }] },
      3,
      '3 calls that match "Refused" within 5 minutes; condition >= 2 and < 5',
    ],
    [{ operator: 'neq', threshold: 2 }, 1, '1 call that matches "Refused" within 5 minutes; condition != 2'],
  ] as const)('says what any other correlation amounts to: %o', (overrides, count, expected) => {
    const rules = [
      eventRule({ id: 'a', title: 'Refused', alerts: false }),
      eventRule({ id: 'b', title: 'Granted', alerts: false }),
      correlation({ ruleIds: ['a'], groupBy: [], ...overrides }),
    ];
    const [plan] = planRules(rules);
    if (plan === undefined) throw new Error('no plan');
    expect(describeAlert({ plan, group: {}, count, saturated: false })).toBe(expected);
    if (plan.kind === 'signals')
      expect(describeAlert({ plan, group: {}, count, saturated: true })).toMatch(/about \d/i);
  });
});

import { describe, expect, it } from 'vitest';
import { describeAlert } from '../../../../core/alerts/describe-alert.js';
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
});

import { describe, expect, it } from 'vitest';
import type { IncidentRecord } from '../../../demo/incidents.js';
import { type ScorableAlert, scoreAlerts } from '../../../demo/score.js';

const MINUTE = 60_000;
const attack: IncidentRecord = {
  id: 'attack:probing-quiet#1',
  kind: 'attack',
  name: 'probing-quiet',
  api: 'catalog',
  apiId: 'a1b2c3d4e5',
  stage: '$default',
  startMs: 100 * MINUTE,
  endMs: 120 * MINUTE,
  calls: 300,
  actors: ['192.0.2.7'],
};
const office: IncidentRecord = {
  ...attack,
  id: 'benign:nat-office#1',
  kind: 'benign',
  name: 'nat-office',
  startMs: 0,
  endMs: 900 * MINUTE,
  actors: ['198.51.100.1', 'user-1'],
};
const alert: ScorableAlert = {
  id: 'x',
  ruleId: 'rule',
  level: 'medium',
  group: { sourceIp: '192.0.2.7' },
  firstMs: 101 * MINUTE,
  lastMs: 104 * MINUTE,
  apiId: 'a1b2c3d4e5',
  stage: '$default',
};

describe('scoring alerts against the truth', () => {
  it('counts an attack as found by its actor and time, with the time it took', () => {
    const score = scoreAlerts([alert], [attack, office], 2);
    expect(score.attacks).toMatchObject([{ found: true, rules: ['rule'], timeToDetectMs: 4 * MINUTE }]);
    expect(score.lookAlikes).toMatchObject([{ silent: true, alerts: 0 }]);
    expect(score).toMatchObject({ falseAlarms: 0, falseAlarmsPerDay: 0 });
  });

  it('charges an alert on a look-alike to the look-alike', () => {
    const score = scoreAlerts([{ ...alert, group: { sourceIp: '198.51.100.1' } }], [attack, office], 2);
    expect(score.attacks).toMatchObject([{ found: false, timeToDetectMs: undefined }]);
    expect(score.lookAlikes).toMatchObject([{ silent: false, alerts: 1 }]);
    expect(score.falseAlarmsPerDay).toBe(0.5);
  });

  it('charges an alert on nobody known to ordinary traffic', () => {
    const score = scoreAlerts([{ ...alert, group: { sourceIp: '203.0.113.9' } }], [attack, office], 1);
    expect(score.alerts).toMatchObject([{ isTrue: false, cause: 'benign:ordinary' }]);
  });

  it('does not credit the right address at the wrong time, or on another API', () => {
    const later = { ...alert, firstMs: 130 * MINUTE, lastMs: 131 * MINUTE };
    const elsewhere = { ...alert, apiId: 'zzzzzzzzzz' };
    expect(scoreAlerts([later, elsewhere], [attack], 1).falseAlarms).toBe(2);
  });

  it('lets the calls behind an alert decide where they are known', () => {
    const group = { apiId: 'a1b2c3d4e5' };
    const evidenceLabels = ['benign:ordinary', 'benign:nat-office', 'benign:nat-office'];
    expect(scoreAlerts([{ ...alert, group, evidenceLabels }], [attack, office], 1).alerts[0]).toMatchObject({
      isTrue: false,
      cause: office.id,
    });
    expect(scoreAlerts([{ ...alert, group }], [attack, office], 1).alerts[0]?.isTrue).toBe(true);
  });

  it('counts an alert on an attacked identity as true though its last calls are the owner’s, while times overlap', () => {
    const evidenceLabels = ['benign:ordinary', 'benign:ordinary'];
    const still = { ...alert, evidenceLabels };
    expect(scoreAlerts([still], [attack], 1).alerts[0]).toMatchObject({ isTrue: true, cause: attack.id });
    const after = { ...still, firstMs: attack.endMs + 1, lastMs: attack.endMs + MINUTE };
    expect(scoreAlerts([after], [attack], 1).alerts[0]?.isTrue).toBe(false);
    const agentOnly = { ...still, group: { userAgent: 'curl/8.5.0' } };
    const shared = { ...attack, actors: [...attack.actors, 'curl/8.5.0'] };
    expect(scoreAlerts([agentOnly], [shared], 1).alerts[0]?.isTrue).toBe(false);
  });

  it('takes the time at which an alert could be seen over its last event', () => {
    const score = scoreAlerts([{ ...alert, detectedMs: 111 * MINUTE }], [attack], 1);
    expect(score.attacks[0]?.timeToDetectMs).toBe(11 * MINUTE);
  });

  it.each([
    [['attack:probing-quiet'], true, { 'attack:probing-quiet': 1 }],
    [['attack:probing-quiet', 'benign:ordinary'], false, { 'attack:probing-quiet': 1, 'benign:ordinary': 1 }],
    [['benign:ordinary', 'benign:ordinary'], false, { 'benign:ordinary': 2 }],
    [[], false, {}],
    [undefined, false, {}],
  ] as const)('is strict by the evidence, beside: %j', (evidenceLabels, expected, evidence) => {
    const score = scoreAlerts([{ ...alert, evidenceLabels }], [attack, office], 1);
    expect(score.alerts).toMatchObject([{ isTrue: true, isTrueByEvidence: expected, evidence }]);
    expect(score.attacks).toMatchObject([{ found: true, foundByEvidence: expected }]);
    expect(score).toMatchObject({ falseAlarms: 0, falseAlarmsByEvidence: expected ? 0 : 1 });
  });
});

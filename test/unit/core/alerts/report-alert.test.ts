import { describe, expect, it } from 'vitest';
import { createAlertReporter } from '../../../../core/alerts/report-alert.js';
import { Fault } from '../../../../core/fault.js';
import { MemoryTelemetry } from '../ingest/memory-telemetry.js';
import { alertSample } from './samples.js';

function reporterOf(readApis: () => Promise<readonly { readonly apiId: string }[]>) {
  const telemetry = new MemoryTelemetry();
  const report = createAlertReporter(telemetry, readApis);
  const apis = (): readonly (string | undefined)[] =>
    telemetry.lines.flatMap(({ event, dimensions }) => (event === 'alert' ? [dimensions?.['Api']] : []));
  return { telemetry, report, apis };
}

const ofApi = (apiId: string | undefined) => alertSample({ id: `of-${apiId}`, apiId });

describe('the line of a new alert', () => {
  it('is a metric by rule, level and API, with what a person wants to know beside it', async () => {
    const { telemetry, report } = reporterOf(async () => [{ apiId: 'a1b2c3d4e5' }]);
    const alert = ofApi('a1b2c3d4e5');
    await report([alert]);
    expect(telemetry.lines).toMatchObject([
      {
        event: 'alert',
        counts: { Alerts: 1 },
        dimensions: { Rule: alert.ruleId, Level: alert.level, Api: 'a1b2c3d4e5' },
        facts: { id: alert.id, title: alert.title, why: alert.why, apiId: 'a1b2c3d4e5' },
      },
    ]);
  });

  it.each([
    ['an API that the inventory lacks', 'nobody-knows', 'other'],
    ['no API', undefined, '-'],
    ['a name that objects have', '__proto__', 'other'],
  ])('counts an alert of %s under a fixed name', async (_, apiId, expected) => {
    const { report, apis } = reporterOf(async () => [{ apiId: 'a1b2c3d4e5' }]);
    await report([ofApi(apiId)]);
    expect(apis()).toEqual([expected]);
  });

  it('tells apart at most a thousand APIs, the same ones in whatever order they are read', async () => {
    const names = Array.from({ length: 1_500 }, (_, at) => `api-${String(at).padStart(4, '0')}`);
    for (const order of [names, [...names].reverse()]) {
      const { report, apis } = reporterOf(async () => order.map((apiId) => ({ apiId })));
      await report(names.map(ofApi));
      expect(new Set(apis()).size).toBe(1_001);
      expect(apis().slice(0, 1_000)).toEqual(names.slice(0, 1_000));
    }
  });

  it('reads the inventory only for an API that it does not know yet', async () => {
    let reads = 0;
    const { report } = reporterOf(async () => {
      reads += 1;
      return [{ apiId: 'a' }, { apiId: 'b' }];
    });
    await report([]);
    await report([ofApi(undefined)]);
    expect(reads).toBe(0);
    await report([ofApi('a'), ofApi('b')]);
    await report([ofApi('b')]);
    expect(reads).toBe(1);
  });

  it('is written all the same when the inventory cannot be read', async () => {
    const { telemetry, report, apis } = reporterOf(async () => {
      throw new Fault('store.throttled', { table: 'Inventory' });
    });
    await report([ofApi('a')]);
    expect(apis()).toEqual(['other']);
    expect(telemetry.events()).toContain('alert.apis-unread');
  });
});

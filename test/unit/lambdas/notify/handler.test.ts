import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAnnounce } from '../../../../core/alerts/announce.js';
import { createAlertReporter } from '../../../../core/alerts/report-alert.js';
import type { Alert } from '../../../../core/ports/finding-store.js';
import { parseIngestEnv } from '../../../../lambdas/ingest/env.js';
import { parseNotifyEnv } from '../../../../lambdas/notify/env.js';
import { createNotifyHandler } from '../../../../lambdas/notify/handler.js';
import { accessLine, bundleOf, NOW_MS, subscriptionEvent, World } from '../../../integration/faults-world.js';
import { correlation, eventRule } from '../../core/alerts/samples.js';
import { MemoryTelemetry } from '../../core/ingest/memory-telemetry.js';

const BUNDLE = bundleOf([eventRule(), correlation({ threshold: 5 })]);

function failedCalls(from: number, to: number) {
  return Array.from({ length: to - from }, (_, at) => ({
    id: `event-${from + at}`,
    timestamp: NOW_MS - 60_000 + at,
    message: accessLine({
      requestId: `request-${from + at}`,
      ip: '192.0.2.7',
      requestTimeEpoch: NOW_MS - 60_000 + from + at,
      httpMethod: 'GET',
      path: '/pets/1',
      routeKey: 'GET /pets/{id}',
      status: 404,
      protocol: 'HTTP/1.1',
    }),
  }));
}

describe('the notify function', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.open();
  });
  afterEach(() => world.close());

  it('announces an alert when it is created and each time its count has doubled, not with every call', async () => {
    const { handler, stores } = await world.container(BUNDLE);
    const sent: Alert[] = [];
    const telemetry = new MemoryTelemetry();
    const publishers = [{ name: 'kept', publish: async (alert: Alert) => void sent.push(alert) }];
    const notify = createNotifyHandler({
      announce: createAnnounce({
        findings: stores.findings,
        publishers,
        telemetry,
        report: createAlertReporter(telemetry, () => stores.inventory.apis()),
      }),
      telemetry,
    });
    for (let calls = 0; calls < 13; calls += 1) {
      await handler(subscriptionEvent(failedCalls(calls, calls + 1)));
      await notify();
    }
    expect(sent.map((alert) => alert.count)).toEqual([5, 10]);
    expect(new Set(sent.map((alert) => alert.id)).size).toBe(1);
    expect((await world.contents()).alerts).toMatchObject([{ count: 13 }]);
    expect(telemetry.lines.filter(({ event }) => event === 'alert')).toMatchObject([
      {
        counts: { Alerts: 1 },
        dimensions: { Rule: 'many-errors', Level: 'medium', Api: '-' },
        facts: { id: sent[0]?.id, why: sent[0]?.why },
      },
    ]);
  });
});

describe('the environment', () => {
  const tables = {
    GATEWARDEN_INVENTORY_TABLE: 'g-Inventory',
    GATEWARDEN_FINDINGS_TABLE: 'g-Findings',
    GATEWARDEN_TRAIL_TABLE: 'g-Trail',
    GATEWARDEN_STATE_TABLE: 'g-State',
  };

  it('names the tables, the topic and the bus', () => {
    const topicArn = 'arn:aws:sns:eu-central-1:123456789012:alerts';
    const env = { ...tables, GATEWARDEN_TOPIC_ARN: topicArn, GATEWARDEN_EVENT_BUS: 'default' };
    expect(parseNotifyEnv(env)).toMatchObject({ topicArn, busName: 'default', tables: { Trail: 'g-Trail' } });
    expect(parseIngestEnv(tables).tables.State).toBe('g-State');
  });

  it('is refused with the names of all variables at fault', () => {
    expect(() =>
      parseIngestEnv({ ...tables, GATEWARDEN_TRAIL_TABLE: '', GATEWARDEN_STATE_TABLE: undefined }),
    ).toThrow(/GATEWARDEN_TRAIL_TABLE, GATEWARDEN_STATE_TABLE/);
    expect(() => parseNotifyEnv({ ...tables, GATEWARDEN_TOPIC_ARN: 'alerts' })).toThrow(
      /GATEWARDEN_TOPIC_ARN, GATEWARDEN_EVENT_BUS/,
    );
  });
});

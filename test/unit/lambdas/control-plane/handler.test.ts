import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoStores, type Stores } from '../../../../adapters/dynamodb/stores.js';
import { type EmbeddedStore, openEmbeddedStore } from '../../../../adapters/embedded/embedded-store.js';
import { nodeCompression } from '../../../../adapters/node/node-compression.js';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import { re2Engine } from '../../../../adapters/regex/re2-engine.js';
import { shippedBundle } from '../../../../adapters/shipped/shipped-bundle.js';
import { SettledWindows } from '../../../../core/alerts/settled-windows.js';
import { Fault } from '../../../../core/fault.js';
import { compileBundle } from '../../../../core/ingest/compiled-bundle.js';
import type { TrailEvent } from '../../../../core/ports/trail-store.js';
import { parseControlPlaneEnv } from '../../../../lambdas/control-plane/env.js';
import { createControlPlaneHandler } from '../../../../lambdas/control-plane/handler.js';
import { managementRecord } from '../../core/control-plane/management-record.js';
import { MemoryTelemetry } from '../../core/ingest/memory-telemetry.js';

const NOW_MS = Date.UTC(2026, 2, 3, 12);

function busEvent(detail: unknown): unknown {
  return {
    version: '0',
    id: '11111111-0000-4000-8000-000000000000',
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.apigateway',
    account: '123456789012',
    time: '2026-03-03T10:00:00Z',
    region: 'eu-central-1',
    resources: [],
    detail,
  };
}

describe('the control-plane function', () => {
  let folder: string;
  let embedded: EmbeddedStore;
  let stores: Stores;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gw-control-'));
    embedded = await openEmbeddedStore(folder);
    stores = dynamoStores({ client: embedded.client, tables: embedded.tables, nowMs: () => NOW_MS });
  });
  afterEach(async () => {
    await embedded.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function container(changed: Partial<Stores> = {}) {
    const compiled = await compileBundle(shippedBundle(), {
      compression: nodeCompression,
      digest: nodeDigest,
      loadRegex: async () => re2Engine,
      samplingKey: async () => 'key',
    });
    const telemetry = new MemoryTelemetry();
    const used = { ...stores, ...changed };
    const handler = createControlPlaneHandler({
      bundles: async () => compiled,
      ports: {
        trail: used.trail,
        judge: { stores: used, digest: nodeDigest, settled: new SettledWindows() },
      },
      clock: { nowMs: () => NOW_MS },
      telemetry,
    });
    return { handler, telemetry };
  }

  async function contents() {
    const query = { status: undefined, fromMs: undefined, toMs: undefined, limit: 100 };
    const alerts = [];
    for await (const alert of stores.findings.alerts(query)) alerts.push(alert);
    const log: TrailEvent[] = [];
    for await (const event of stores.trail.events(NOW_MS)) log.push(event);
    return { alerts, log };
  }

  it('puts a change into the trail and alerts on it, and the same event again changes nothing', async () => {
    const { handler } = await container();
    expect(await handler(busEvent(managementRecord({})))).toEqual({ kind: 'judged', alerts: 1 });
    const once = await contents();
    expect(once.alerts.map(({ title }) => title)).toEqual(['A stage was deleted']);
    expect(once.log).toEqual([
      {
        id: '5b1f8f4e-0000-4000-8000-000000000001',
        timeMs: Date.UTC(2026, 2, 3, 10),
        kind: 'management-event',
        details: {
          eventSource: 'apigateway.amazonaws.com',
          eventName: 'DeleteStage',
          accountId: '123456789012',
          region: 'eu-central-1',
          who: 'arn:aws:sts::123456789012:assumed-role/deployer/ana',
          sourceIp: '192.0.2.10',
          apiId: 'a1b2c3d4e5',
          stage: 'prod',
        },
      },
    ]);
    await handler(busEvent(managementRecord({})));
    await (await container()).handler(busEvent(managementRecord({})));
    expect(await contents()).toEqual(once);
  });

  it('records refused attempts too, for rules to decide on', async () => {
    const { handler } = await container();
    expect(await handler(busEvent(managementRecord({ errorCode: 'AccessDenied' })))).toEqual({
      kind: 'judged',
      alerts: 0,
    });
    expect((await contents()).log).toMatchObject([{ details: { errorCode: 'AccessDenied' } }]);
  });

  it('keeps no secret in the evidence', async () => {
    const { handler } = await container();
    await handler(busEvent(managementRecord({ requestParameters: { variables: { db: 'hunter2' } } })));
    const [alert] = (await contents()).alerts;
    const evidence = await stores.trail.evidence(alert?.id ?? '');
    expect(evidence).toHaveLength(1);
    expect(JSON.stringify(evidence)).not.toContain('hunter2');
  });

  it.each([
    ['no event', undefined],
    ['no detail', {}],
    ['a detail that is no record', busEvent({ eventName: 'DeleteStage' })],
  ])('counts %s, says so, and does not ask for it again', async (_, event) => {
    const { handler, telemetry } = await container();
    expect(await handler(event)).toEqual({ kind: 'ignored' });
    expect(JSON.stringify(telemetry)).toContain('MalformedManagementEvents');
    expect((await contents()).log).toEqual([]);
  });

  it('gives back what a store fails on, so that the next attempt mends it', async () => {
    const failing = async () => {
      throw new Fault('store.throttled', { table: 'findings' });
    };
    const broken = await container({ findings: { ...stores.findings, putAlert: failing } });
    await expect(broken.handler(busEvent(managementRecord({})))).rejects.toThrow('store.throttled');
    expect((await contents()).alerts).toEqual([]);
    await (await container()).handler(busEvent(managementRecord({})));
    expect((await contents()).alerts).toHaveLength(1);
  });

  it('names every variable that its environment lacks', () => {
    expect(() => parseControlPlaneEnv({})).toThrow('environment.invalid');
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateStreamCommand,
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoStores, type Stores } from '../../adapters/dynamodb/stores.js';
import type { TableNames } from '../../adapters/dynamodb/table-schema.js';
import { nodeCompression } from '../../adapters/node/node-compression.js';
import type { ApiCall } from '../../core/calls/api-call.js';
import { searchTrail } from '../../core/trail/search.js';
import { bundleFunction } from '../../lib/bundle-function.js';
import { createMotoTables, motoDynamo, motoEndpoint, required } from '../support/emulators/moto.js';
import { FunctionUnderTest } from '../support/emulators/runtime-api.js';

const GROUP = '/aws/vendedlogs/apigateway/a1b2c3d4e5/prod';
const STREAM = 'gatewarden-loop';
const FORBIDDEN_CALLS = 200;

/** Log lines of one API: some ordinary calls, and one address that is refused on one login after the other. */
function lines(nowMs: number): readonly { readonly timestamp: number; readonly message: string }[] {
  return Array.from({ length: FORBIDDEN_CALLS + 50 }, (_, at) => {
    const isAttack = at < FORBIDDEN_CALLS;
    const timeMs = nowMs - 120_000 + at * 100;
    const call = {
      requestId: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
      extendedRequestId: `Loop${String(at).padStart(11, '0')}=`,
      requestTimeEpoch: String(timeMs),
      ip: isAttack ? '198.51.100.23' : `192.0.2.${at % 50}`,
      httpMethod: isAttack ? 'POST' : 'GET',
      resourcePath: isAttack ? '/login' : '/orders/{id}',
      path: isAttack ? '/prod/login' : `/prod/orders/${at}`,
      status: isAttack ? '401' : '200',
      apiId: 'a1b2c3d4e5',
      stage: 'prod',
      userAgent: 'Mozilla/5.0',
    };
    return { timestamp: timeMs, message: JSON.stringify(call) };
  });
}

describe('the loop from a log group to an alert, through the bundled function in the Lambda runtime client', () => {
  const endpoint = motoEndpoint();
  const config = { endpoint, region: 'us-east-1' };
  const logs = new CloudWatchLogsClient(config);
  const kinesis = new KinesisClient({ ...config, requestHandler: new NodeHttpHandler() });
  const dynamo = motoDynamo();
  const fn = new FunctionUnderTest();
  const bundle = mkdtempSync(join(tmpdir(), 'gatewarden-bundle-'));
  let tables: TableNames;
  let stores: Stores;

  beforeAll(async () => {
    tables = await createMotoTables(dynamo, 'loop-');
    stores = dynamoStores({ client: dynamo, tables, nowMs: () => Date.now() });
    bundleFunction('lambdas/ingest/index.ts', bundle);
    await fn.start({
      node: required('GATEWARDEN_NODE_24'),
      runtimeClient: required('GATEWARDEN_RUNTIME_CLIENT'),
      taskRoot: bundle,
      environment: {
        AWS_ENDPOINT_URL: endpoint,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        GATEWARDEN_INVENTORY_TABLE: tables.Inventory,
        GATEWARDEN_FINDINGS_TABLE: tables.Findings,
        GATEWARDEN_TRAIL_TABLE: tables.Trail,
        GATEWARDEN_STATE_TABLE: tables.State,
      },
    });
  });

  afterAll(async () => {
    await fn.stop();
    rmSync(bundle, { recursive: true, force: true });
  });

  it('records every call, finds the endpoints and raises the alert; delivered twice, nothing doubles', async () => {
    await kinesis.send(new CreateStreamCommand({ StreamName: STREAM, ShardCount: 1 }));
    const { StreamDescription } = await kinesis.send(new DescribeStreamCommand({ StreamName: STREAM }));
    await logs.send(new CreateLogGroupCommand({ logGroupName: GROUP }));
    await logs.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: 's' }));
    await logs.send(
      new PutSubscriptionFilterCommand({
        logGroupName: GROUP,
        filterName: 'gatewarden-loop',
        filterPattern: '',
        destinationArn: StreamDescription?.StreamARN,
        roleArn: 'arn:aws:iam::123456789012:role/gatewarden-loop',
      }),
    );
    await logs.send(
      new PutLogEventsCommand({ logGroupName: GROUP, logStreamName: 's', logEvents: [...lines(Date.now())] }),
    );

    const records = await readRecords(kinesis, StreamDescription?.Shards?.[0]?.ShardId ?? '');
    expect(records.length).toBeGreaterThan(0);
    const event = { Records: records.map(toKinesisRecord) };
    expect(await fn.invoke(event)).toEqual({ batchItemFailures: [] });
    const first = await state(stores);
    expect(first.calls).toHaveLength(FORBIDDEN_CALLS + 50);
    expect(first.endpoints).toEqual(['GET /orders/{id}', 'POST /login']);
    expect(first.alerts.length).toBeGreaterThan(0);
    expect(first.alerts.every((alert) => alert.group.includes('198.51.100.23'))).toBe(true);

    expect(await fn.invoke(event)).toEqual({ batchItemFailures: [] });
    expect(await state(stores)).toEqual(first);
    expect(fn.log).toContain('"alert"');
  });
});

async function readRecords(kinesis: KinesisClient, shardId: string): Promise<readonly Uint8Array[]> {
  const { ShardIterator } = await kinesis.send(
    new GetShardIteratorCommand({ StreamName: STREAM, ShardId: shardId, ShardIteratorType: 'TRIM_HORIZON' }),
  );
  const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
  return Records.map((record) => record.Data ?? new Uint8Array());
}

function toKinesisRecord(data: Uint8Array, at: number) {
  return {
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `shardId-000000000000:${at}`,
    awsRegion: 'us-east-1',
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: String(at),
      sequenceNumber: String(at),
      data: Buffer.from(data).toString('base64'),
      approximateArrivalTimestamp: 0,
    },
  };
}

async function state({ trail, findings, inventory }: Stores) {
  const calls: ApiCall[] = [];
  const scope = { apiId: undefined, stage: undefined, fromMs: 0, toMs: Date.now() + 86_400_000 };
  for await (const call of searchTrail({ store: trail, compression: nodeCompression }, scope, () => true))
    calls.push(call);
  const alerts: { readonly id: string; readonly rule: string; readonly group: string }[] = [];
  const query = { status: undefined, fromMs: undefined, toMs: undefined, limit: 1000 };
  for await (const alert of findings.alerts(query))
    alerts.push({ id: alert.id, rule: alert.ruleId, group: JSON.stringify(alert.group) });
  const endpoints: string[] = [];
  for (const api of await inventory.apis())
    for (const { method, route } of await inventory.endpoints(api)) endpoints.push(`${method} ${route}`);
  return { calls, alerts, endpoints: endpoints.filter((name) => !name.includes('unmatched')).sort() };
}

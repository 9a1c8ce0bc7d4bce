import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateStreamCommand,
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
} from '@aws-sdk/client-kinesis';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dynamoStores, type Stores } from '../../adapters/dynamodb/stores.js';
import type { TableNames } from '../../adapters/dynamodb/table-schema.js';
import { nodeCompression } from '../../adapters/node/node-compression.js';
import { run } from '../../cli/program.js';
import type { ApiCall } from '../../core/calls/api-call.js';
import type { Alert } from '../../core/ports/finding-store.js';
import { searchTrail } from '../../core/trail/search.js';
import { bundleFunction } from '../../lib/bundle-function.js';
import {
  createMotoTables,
  functionEnvironment,
  motoDynamo,
  motoEndpoint,
  required,
} from '../support/emulators/moto.js';
import { FunctionUnderTest } from '../support/emulators/runtime-api.js';
import { bodyOf, HttpServer } from '../support/http-server.js';
import { capturedIo } from '../unit/cli/captured-io.js';

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

describe('the loop from a log group to a message, through the bundled functions in the Lambda runtime client', () => {
  const endpoint = motoEndpoint();
  const config = { endpoint, region: 'us-east-1' };
  const logs = new CloudWatchLogsClient(config);
  const kinesis = new KinesisClient({ ...config, requestHandler: new NodeHttpHandler() });
  const dynamo = motoDynamo();
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden-bundle-'));
  const running: FunctionUnderTest[] = [];
  let tables: TableNames;
  let stores: Stores;

  beforeAll(async () => {
    tables = await createMotoTables(dynamo, 'loop-');
    stores = dynamoStores({ client: dynamo, tables, nowMs: () => Date.now() });
  });

  afterAll(async () => {
    for (const fn of running) await fn.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(name: string, environment: Readonly<Record<string, string>> = {}) {
    const fn = new FunctionUnderTest();
    running.push(fn);
    bundleFunction(`lambdas/${name}/index.ts`, join(folder, name));
    await fn.start({
      node: required('GATEWARDEN_NODE_24'),
      runtimeClient: required('GATEWARDEN_RUNTIME_CLIENT'),
      taskRoot: join(folder, name),
      environment: {
        ...functionEnvironment(tables),
        ...environment,
      },
    });
    return fn;
  }

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

    const fn = await start('ingest');
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
  });

  it('shows the alerts and the calls to whoever names the stack', async () => {
    const parts = {
      collector: 'loop-Collector',
      failures: 'loop-failures',
      inventory: tables.Inventory,
      findings: tables.Findings,
      trail: tables.Trail,
      state: tables.State,
      parameters: '/gatewarden',
    };
    const parameter = {
      Name: '/gatewarden/stacks/loop',
      Value: JSON.stringify(parts),
      Type: 'String',
    } as const;
    await new SSMClient(config).send(new PutParameterCommand(parameter));
    vi.stubEnv('AWS_ENDPOINT_URL', endpoint);
    try {
      const where = ['--stack', 'loop', '--region', 'us-east-1'];
      const { alerts, calls } = await state(stores);
      const shown = capturedIo(Date.now());
      await run(['alerts', '--json', ...where], shown.io);
      expect(JSON.parse(shown.out())).toHaveLength(alerts.length);
      const searched = capturedIo(Date.now());
      await run(['trail', 'search', '--limit', '1000', '--json', ...where], searched.io);
      expect(searched.out().trim().split('\n')).toHaveLength(calls.length);
      expect([shown.exitCode(), searched.exitCode()]).toEqual([0, 0]);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('announces each alert on the topic and the event bus, once', async () => {
    const { alerts } = await state(stores);
    const ids = alerts.map(({ id }) => id).sort();
    const inbox = await Inbox.open(endpoint);
    const listener = '/gatewarden-loop/events';
    const busName = await busInto(listener, { logs, events: new EventBridgeClient(config) });
    try {
      const fn = await start('notify', {
        GATEWARDEN_TOPIC_ARN: inbox.topicArn,
        GATEWARDEN_EVENT_BUS: busName,
      });
      expect(await fn.invoke(SCHEDULED)).toEqual({ announced: ids.length, failed: 0 });
      expect(await fn.invoke(SCHEDULED)).toEqual({ announced: 0, failed: 0 });
      expect(fn.log.split('"event":"alert"')).toHaveLength(ids.length + 1);
    } finally {
      await inbox.close();
    }
    expect(inbox.alerts.map(({ id }) => id).sort()).toEqual(ids);
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: listener }));
    const put = events.map(({ message = '' }) => JSON.parse(message) as BusEvent);
    expect(put.map(({ detail }) => detail.id).sort()).toEqual(ids);
    expect(new Set(put.map((event) => `${event.source}: ${event['detail-type']}`))).toEqual(
      new Set(['gatewarden: Gatewarden Alert']),
    );
    expect(await stores.findings.unannounced(10)).toEqual({ alerts: [], corrupt: [] });
  });

  it('folds every call into the inventory, and the same again changes nothing', async () => {
    const fn = await start('learn');
    const answer = await fn.invoke(SCHEDULED);
    expect(answer).toMatchObject({ complete: true });
    const first = await foldedCalls(stores);
    expect(first).toEqual({ 'GET /orders/{id}': 50, 'POST /login': FORBIDDEN_CALLS });
    expect(await fn.invoke(SCHEDULED)).toMatchObject({ complete: true });
    expect(await foldedCalls(stores)).toEqual(first);
  });
});

const SCHEDULED = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };

interface BusEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: Alert;
}

/** A topic with one subscriber, on loopback, that keeps what it is sent. */
class Inbox {
  readonly alerts: Alert[] = [];
  readonly #server = new HttpServer(async (request, response) => {
    const { Type, Message } = JSON.parse(await bodyOf(request)) as { Type: string; Message: string };
    if (Type === 'Notification') this.alerts.push(JSON.parse(Message) as Alert);
    response.end();
  });

  private constructor(readonly topicArn: string) {}

  static async open(endpoint: string): Promise<Inbox> {
    const sns = new SNSClient({ endpoint, region: 'us-east-1' });
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'gatewarden-loop' }));
    const inbox = new Inbox(TopicArn);
    const Endpoint = `http://${await inbox.#server.start()}/`;
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint }));
    return inbox;
  }

  close(): Promise<void> {
    return this.#server.stop();
  }
}

/** An event bus that writes every event of ours into a log group. */
async function busInto(
  logGroupName: string,
  { logs, events }: { readonly logs: CloudWatchLogsClient; readonly events: EventBridgeClient },
): Promise<string> {
  const Name = 'gatewarden-loop';
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  await events.send(new CreateEventBusCommand({ Name }));
  const rule = { Name: 'all', EventBusName: Name, EventPattern: '{"source":["gatewarden"]}' };
  await events.send(new PutRuleCommand(rule));
  const Arn = `arn:aws:logs:us-east-1:123456789012:log-group:${logGroupName}`;
  await events.send(
    new PutTargetsCommand({ Rule: 'all', EventBusName: Name, Targets: [{ Id: 'logs', Arn }] }),
  );
  return Name;
}

/** Calls by endpoint, as the folds have them. */
async function foldedCalls({ inventory }: Stores): Promise<Readonly<Record<string, number>>> {
  const calls: Record<string, number> = {};
  for (const api of await inventory.apis()) {
    for await (const { endpoints } of inventory.folds(api, 0, Date.now())) {
      for (const [label, { statuses }] of Object.entries(endpoints)) {
        const count = Object.values(statuses).reduce((sum, one) => sum + one, 0);
        calls[label] = (calls[label] ?? 0) + count;
      }
    }
  }
  return calls;
}

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

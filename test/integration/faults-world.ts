import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoStores, type Stores } from '../../adapters/dynamodb/stores.js';
import { type EmbeddedStore, openEmbeddedStore } from '../../adapters/embedded/embedded-store.js';
import { nodeCompression } from '../../adapters/node/node-compression.js';
import { nodeDigest } from '../../adapters/node/node-digest.js';
import { re2Engine } from '../../adapters/regex/re2-engine.js';
import { SettledWindows } from '../../core/alerts/settled-windows.js';
import type { Bundle } from '../../core/bundle.js';
import { toVersionedBundle } from '../../core/bundle-version.js';
import type { ApiCall } from '../../core/calls/api-call.js';
import { type CompiledBundle, compileBundle } from '../../core/ingest/compiled-bundle.js';
import { createCounters } from '../../core/ingest/counters.js';
import { EndpointBudget } from '../../core/ingest/record-endpoints.js';
import type { Alert } from '../../core/ports/finding-store.js';
import type { RuleSource } from '../../core/sigma/rule-source.js';
import { decodeSegment } from '../../core/trail/segment.js';
import { createIngestHandler, type IngestAnswer } from '../../lambdas/ingest/handler.js';
import { MemoryTelemetry } from '../unit/core/ingest/memory-telemetry.js';

export const NOW_MS = Date.UTC(2026, 2, 3, 12);
const LOG_GROUP = 'pets-access';
export const API_ID = 'a1b2c3d4e5';

/** One log event of an access log in JSON. */
export interface LogEvent {
  readonly id: string;
  readonly timestamp: number;
  readonly message: string;
}

export function accessLine(fields: Readonly<Record<string, string | number>>): string {
  return JSON.stringify(fields);
}

/** A CloudWatch Logs subscription payload, as the Lambda function gets it. */
export function subscriptionEvent(
  events: readonly LogEvent[],
  overrides: Readonly<Record<string, unknown>> = {},
): { readonly awslogs: { readonly data: string } } {
  return { awslogs: { data: gzipSync(subscriptionJson(events, overrides)).toString('base64') } };
}

export function kinesisEvent(payloads: readonly (readonly LogEvent[] | Uint8Array)[]): unknown {
  return {
    Records: payloads.map((payload, at) => ({
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: `p${at}`,
        sequenceNumber: `4959033827149025660855969253836157109592157598913658889${at}`,
        data: Buffer.from(
          payload instanceof Uint8Array ? payload : gzipSync(subscriptionJson(payload, {})),
        ).toString('base64'),
        approximateArrivalTimestamp: NOW_MS / 1000,
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `shardId-000000000006:${at}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: 'arn:aws:iam::123456789012:role/lambda-role',
      awsRegion: 'eu-central-1',
      eventSourceARN: 'arn:aws:kinesis:eu-central-1:123456789012:stream/lambda-stream',
    })),
  };
}

function subscriptionJson(events: readonly LogEvent[], overrides: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    messageType: 'DATA_MESSAGE',
    owner: '123456789012',
    logGroup: LOG_GROUP,
    logStream: 'stream-1',
    subscriptionFilters: ['gatewarden'],
    logEvents: events,
    ...overrides,
  });
}

export function bundleOf(rules: readonly RuleSource[], apiId = API_ID): Bundle {
  return toVersionedBundle(
    {
      formatVersion: 1,
      rules,
      feeds: [
        {
          feed: LOG_GROUP,
          trust: 'gateway',
          format: undefined,
          accountId: '123456789012',
          region: 'eu-central-1',
          apiId,
          stage: 'prod',
          apiType: 'http',
        },
      ],
      routes: {},
      templates: {},
      shards: {},
      settings: { hotDays: 30, proxies: [], keepExtra: [], redact: [] },
    },
    nodeDigest,
  );
}

/** What happens to the requests of one container; the request itself is sent unless `before` throws. */
export interface Weather {
  before?: (operation: string, count: number) => void;
  after?: (operation: string, count: number) => void;
}

/** A data folder that containers come to and go from. */
export class World {
  private constructor(
    private readonly folder: string,
    private readonly embedded: EmbeddedStore,
  ) {}

  static async open(): Promise<World> {
    const folder = mkdtempSync(join(tmpdir(), 'gw-faults-'));
    return new World(folder, await openEmbeddedStore(folder));
  }

  async close(): Promise<void> {
    await this.embedded.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A fresh container: nothing remembered from any other. */
  async container(bundle: Bundle, weather: Weather = {}, nowMs = NOW_MS): Promise<Container> {
    const units: Record<string, number> = {};
    const writes = { count: 0 };
    const stores = dynamoStores({
      client: clientIn(this.embedded.client, weather, writes),
      tables: this.embedded.tables,
      nowMs: () => nowMs,
      meter: (charge) => {
        if (charge.kind === 'write') units[charge.table] = (units[charge.table] ?? 0) + charge.units;
      },
    });
    const compiler = {
      compression: nodeCompression,
      digest: nodeDigest,
      loadRegex: async () => re2Engine,
      samplingKey: async () => 'key',
    };
    const compiled = await compileBundle(bundle, compiler);
    const telemetry = new MemoryTelemetry();
    const handler = createIngestHandler({
      bundles: async () => compiled,
      ingest: {
        stores,
        digest: nodeDigest,
        compression: nodeCompression,
        settled: new SettledWindows(),
        endpoints: new EndpointBudget(),
      },
      counters: createCounters(stores.state),
      telemetry,
      clock: { nowMs: () => nowMs },
      writeUnits: () => Object.values(units).reduce((sum, each) => sum + each, 0),
    });
    return { handler, compiled, stores, telemetry, units, writes: () => writes.count };
  }

  /** What is stored of one API, as a user finds it; alerts only of the rules that `isWanted` takes. */
  async contents(apiId = API_ID, isWanted: (alert: Alert) => boolean = () => true): Promise<Contents> {
    const { client, tables } = this.embedded;
    const stores = dynamoStores({ client, tables, nowMs: () => NOW_MS });
    const alerts: Alert[] = [];
    const query = { status: undefined, fromMs: undefined, toMs: undefined, limit: 10_000 };
    for await (const alert of stores.findings.alerts(query)) if (isWanted(alert)) alerts.push(alert);
    const calls = new Map<string, ApiCall>();
    for await (const { hourMs, shards } of stores.trail.hours({ apiId, stage: 'prod' }, 0, NOW_MS * 2)) {
      const scope = { apiId, stage: 'prod', fromMs: hourMs, toMs: hourMs + 3_599_999, shards };
      for await (const head of stores.trail.heads(scope)) {
        const bytes = await stores.trail.segment(head.key);
        if (bytes === undefined) throw new Error('a head without its segment');
        for (const call of decodeSegment(bytes, nodeCompression)) calls.set(call.id, call);
      }
    }
    return { alerts: alerts.sort((a, b) => (a.id < b.id ? -1 : 1)), calls: sortedById(calls) };
  }
}

export interface Container {
  readonly compiled: CompiledBundle;
  readonly handler: (event: unknown) => Promise<IngestAnswer>;
  readonly stores: Stores;
  readonly telemetry: MemoryTelemetry;
  /** Write units charged, by table. */
  readonly units: Readonly<Record<string, number>>;
  /** Requests that write, begun so far. */
  readonly writes: () => number;
}

export interface Contents {
  readonly alerts: readonly Alert[];
  readonly calls: readonly ApiCall[];
}

function sortedById(calls: ReadonlyMap<string, ApiCall>): readonly ApiCall[] {
  return [...calls.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

const WRITES = new Set(['PutItemCommand', 'UpdateItemCommand', 'DeleteItemCommand', 'BatchWriteItemCommand']);

function clientIn(client: DynamoDBClient, weather: Weather, writes: { count: number }): DynamoDBClient {
  const send = client.send.bind(client) as (...args: unknown[]) => Promise<unknown>;
  return Object.create(client, {
    send: {
      value: async (command: object, ...rest: unknown[]) => {
        const operation = command.constructor.name;
        const isWrite = WRITES.has(operation);
        const count = isWrite ? writes.count++ : writes.count;
        if (isWrite) weather.before?.(operation, count);
        const answer = await send(command, ...rest);
        if (isWrite) weather.after?.(operation, count);
        return answer;
      },
    },
  }) as DynamoDBClient;
}

/** Payloads to a container that the weather kills under way, and all of them, the other way round, to the next one. */
export async function deliverThroughDeath(
  world: World,
  bundle: Bundle,
  { weather, payloads }: { readonly weather: Weather; readonly payloads: readonly (readonly LogEvent[])[] },
): Promise<void> {
  const dying = await world.container(bundle, weather);
  for (const payload of payloads) await dying.handler(subscriptionEvent(payload)).catch(() => undefined);
  const next = await world.container(bundle);
  for (const payload of [...payloads].reverse()) await next.handler(subscriptionEvent(payload));
}

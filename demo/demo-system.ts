import { gzipSync } from 'node:zlib';
import { dynamoStores } from '../adapters/dynamodb/stores.js';
import { openEmbeddedStore } from '../adapters/embedded/embedded-store.js';
import {
  type WatchedConfigurationOptions,
  watchedConfiguration,
} from '../adapters/files/watched-configuration.js';
import { nodeBundleCompiler } from '../adapters/node/node-bundle-compiler.js';
import { nodeCompression } from '../adapters/node/node-compression.js';
import { nodeDigest } from '../adapters/node/node-digest.js';
import { shippedBundle } from '../adapters/shipped/shipped-bundle.js';
import { createAnnounce } from '../core/alerts/announce.js';
import { createAlertReporter } from '../core/alerts/report-alert.js';
import { SettledWindows } from '../core/alerts/settled-windows.js';
import type { Bundle } from '../core/bundle.js';
import { toVersionedBundle } from '../core/bundle-version.js';
import { createBundleSource } from '../core/ingest/bundle-source.js';
import { createCounters } from '../core/ingest/counters.js';
import { EndpointBudget } from '../core/ingest/record-endpoints.js';
import type { Alert } from '../core/ports/finding-store.js';
import type { StateStore } from '../core/ports/state-store.js';
import type { Facts, Telemetry } from '../core/ports/telemetry.js';
import { decodeSegment } from '../core/trail/segment.js';
import { createIngestHandler } from '../lambdas/ingest/handler.js';
import { createLearnHandler } from '../lambdas/learn/handler.js';
import { createNotifyHandler } from '../lambdas/notify/handler.js';
import type { DemoConfiguration, DemoSystem } from './run-demo.js';

export interface OpenDemoSystem extends DemoSystem {
  /** Payloads, rejections and warnings that the functions logged, by event name. */
  readonly warnings: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** Rules and settings of one's own in the folder `config` of the data folder: compiled once, before the first call. */
type OwnConfiguration = Pick<WatchedConfigurationOptions, 'nowMs' | 'onProblems'>;

const HOUR_MS = 3_600_000;

/**
 * The functions as they run on AWS, over the embedded store in `folder`, with a clock that shows simulated time: a
 * window that ended days ago by the wall clock would be taken for expired.
 */
export async function openDemoSystem(
  folder: string,
  configuration: DemoConfiguration,
  own: OwnConfiguration,
): Promise<OpenDemoSystem> {
  const embedded = await openEmbeddedStore(folder);
  let nowMs = 0;
  const clock = { nowMs: () => nowMs };
  // Simulated minutes pass in milliseconds: what a container looks up or writes once a minute, it does here once an hour.
  const slowClock = { nowMs: () => Math.floor(nowMs / HOUR_MS) * HOUR_MS };
  let writeUnits = 0;
  const stores = dynamoStores({
    client: embedded.client,
    tables: embedded.tables,
    nowMs: clock.nowMs,
    meter: ({ kind, units }) => {
      if (kind === 'write') writeUnits += units;
    },
  });
  const telemetry = new DemoTelemetry();
  const bundle = await publish(stores.state, configuration);
  await watchedConfiguration({ stores, dataDir: folder, ...own }).refresh();
  // Known on purpose: one seed must always give one result. Kept, so that a backtest of the folder samples alike.
  const compiler = nodeBundleCompiler(stores.state, () => 'demo');
  const counters = createCounters(stores.state);
  const ingest = createIngestHandler({
    bundles: createBundleSource({
      state: stores.state,
      shipped: async () => bundle,
      compiler,
      clock: slowClock,
      telemetry,
    }),
    ingest: {
      stores,
      digest: nodeDigest,
      compression: nodeCompression,
      settled: new SettledWindows(),
      endpoints: new EndpointBudget(),
    },
    counters: { ...counters, flushWhenDue: () => counters.flushWhenDue(slowClock.nowMs()) },
    telemetry,
    clock,
    writeUnits: () => writeUnits,
  });
  const learn = createLearnHandler({
    ports: {
      ...stores,
      decodeSegment: (bytes) => decodeSegment(bytes, nodeCompression),
      shipped: bundle,
      toBundle: (content) => toVersionedBundle(content, nodeDigest),
    },
    budgets: { ...stores, digest: nodeDigest },
    clock,
    telemetry,
  });
  let announced: Alert[] = [];
  const collector = {
    name: 'demo',
    publish: async (alert: Alert): Promise<void> => {
      announced.push(alert);
    },
  };
  const report = createAlertReporter(telemetry, () => stores.inventory.apis());
  const notify = createNotifyHandler({
    announce: createAnnounce({ findings: stores.findings, publishers: [collector], telemetry, report }),
    telemetry,
  });
  return {
    findings: stores.findings,
    inventory: stores.inventory,
    trail: stores.trail,
    warnings: telemetry.warnings,
    async close() {
      await counters.flush(nowMs);
      await embedded.close();
    },
    async ingest(payload, atMs) {
      nowMs = atMs;
      const alertsBefore = telemetry.alerts;
      const data = gzipSync(JSON.stringify(payload), { level: 1 }).toString('base64');
      await ingest({ awslogs: { data } });
      return { alerts: telemetry.alerts - alertsBefore };
    },
    async learn(atMs) {
      nowMs = atMs;
      await learn({}, { getRemainingTimeInMillis: () => 900_000 });
    },
    async notify(atMs) {
      nowMs = atMs;
      announced = [];
      await notify();
      return announced;
    },
  };
}

/** Publishes what an installation is configured with: the shipped rules, the feeds, the deployed routes. */
async function publish(state: StateStore, configuration: DemoConfiguration): Promise<Bundle> {
  const before = await state.bundle();
  // What a run before this one compiled from `config` is the last good of this one.
  const compiled = before?.configuration === undefined ? {} : { configuration: before.configuration };
  const bundle = toVersionedBundle({ ...shippedBundle(), ...configuration, ...compiled }, nodeDigest);
  if (before?.version !== bundle.version) await state.publishBundle(bundle, before?.version);
  return bundle;
}

/** Counts what the functions log: the demo wants to know of new alerts and of everything that went wrong. */
class DemoTelemetry implements Telemetry {
  readonly warnings = new Map<string, number>();
  alerts = 0;

  info(): void {}

  warn(event: string): void {
    this.warnings.set(event, (this.warnings.get(event) ?? 0) + 1);
  }

  error(event: string): void {
    this.warn(event);
  }

  count(event: string, _counts: unknown, _dimensions: unknown, { newAlerts }: Facts): void {
    if (event === 'payload') this.alerts += Number(newAlerts);
  }
}

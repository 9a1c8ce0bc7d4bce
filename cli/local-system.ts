import { dynamoStores, type Stores } from '../adapters/dynamodb/stores.js';
import { deleteExpiredDaily } from '../adapters/embedded/delete-expired-daily.js';
import { openEmbeddedStore } from '../adapters/embedded/embedded-store.js';
import { watchedConfiguration } from '../adapters/files/watched-configuration.js';
import { nodeBundleCompiler } from '../adapters/node/node-bundle-compiler.js';
import { nodeCompression } from '../adapters/node/node-compression.js';
import { nodeDigest } from '../adapters/node/node-digest.js';
import { shippedBundle } from '../adapters/shipped/shipped-bundle.js';
import { createAnnounce } from '../core/alerts/announce.js';
import { SettledWindows } from '../core/alerts/settled-windows.js';
import type { FeedConfig } from '../core/bundle.js';
import { toVersionedBundle } from '../core/bundle-version.js';
import type { DecodedBatch } from '../core/calls/feeds/decoded-batch.js';
import type { ManagementEvent } from '../core/control-plane/management-event.js';
import { recordManagementEvents } from '../core/control-plane/record-management-events.js';
import { withShippedRules } from '../core/ingest/bundle-source.js';
import { type CompiledBundle, compileBundle } from '../core/ingest/compiled-bundle.js';
import { createCounters } from '../core/ingest/counters.js';
import { ingestBatch } from '../core/ingest/ingest-batch.js';
import { type IngestReport, toCounts } from '../core/ingest/ingest-report.js';
import type { Judged } from '../core/ingest/judge-records.js';
import { EndpointBudget } from '../core/ingest/record-endpoints.js';
import { judgeMinutes } from '../core/minutes/judge-minutes.js';
import { UsualRatesOfHour } from '../core/minutes/usual-rates.js';
import type { Alert } from '../core/ports/finding-store.js';
import type { Telemetry } from '../core/ports/telemetry.js';
import { decodeSegment } from '../core/trail/segment.js';
import { memoryCeiling } from './memory-ceiling.js';

/** Ingest over the embedded store of a data folder: the functions' own pipeline, in this process. */
export interface LocalSystem {
  readonly stores: Stores;
  readonly compiled: CompiledBundle;
  /** Records one batch (any number of times, to the same effect) and counts it. */
  ingest(batch: DecodedBatch): Promise<IngestReport>;
  /** The same for management events of CloudTrail. */
  ingestManagementEvents(events: AsyncIterable<ManagementEvent>): Promise<Judged>;
  /**
   * Judges the minutes of what was ingested, then answers with the alerts that nobody was told of yet, newest first: also those of
   * a run that was killed before it could.
   */
  announce(): Promise<readonly Alert[]>;
  close(): Promise<void>;
}

export interface LocalSystemOptions {
  readonly dataDir: string;
  readonly nowMs: () => number;
  /** What this run knows of feeds, before what the published bundle says of them. */
  readonly feeds: readonly FeedConfig[];
  /** Told of what is wrong in the folder's own rules and settings; what is good is in force. */
  readonly onProblems?: (problems: readonly string[]) => void;
}

/**
 * Opens the folder, created where there is none, with the bundle published in it or the shipped one. Imported calls are judged
 * whatever their age: the lateness horizon is for live feeds.
 */
export async function openLocalSystem(options: LocalSystemOptions): Promise<LocalSystem> {
  const { dataDir, nowMs, feeds, onProblems = () => undefined } = options;
  const embedded = await openEmbeddedStore(dataDir);
  let writeUnits = 0;
  const stores = dynamoStores({
    client: embedded.client,
    tables: embedded.tables,
    nowMs,
    meter: ({ kind, units }) => {
      if (kind === 'write') writeUnits += units;
    },
  });
  await deleteExpiredDaily(embedded, stores.state, nowMs());
  const configuration = watchedConfiguration({ stores, dataDir, nowMs, onProblems });
  await configuration.refresh();
  const compileInForce = async () => {
    const published = await withShippedRules(await stores.state.bundle(), async () => shippedBundle());
    const bundle = toVersionedBundle({ ...published, feeds: [...published.feeds, ...feeds] }, nodeDigest);
    return compileBundle(bundle, nodeBundleCompiler(stores.state));
  };
  let compiled = await compileInForce();
  const counters = createCounters(stores.state);
  const relieve = memoryCeiling();
  const deps = {
    stores,
    digest: nodeDigest,
    compression: nodeCompression,
    settled: new SettledWindows(),
    endpoints: new EndpointBudget(),
  };
  return {
    stores,
    get compiled() {
      return compiled;
    },
    async ingest(batch) {
      if (await configuration.refresh()) compiled = await compileInForce();
      const report = await ingestBatch(batch, compiled, deps, { kind: 'import', atMs: nowMs() });
      counters.add({ ...toCounts(report), writeUnits });
      writeUnits = 0;
      await counters.flushWhenDue(nowMs());
      relieve();
      return report;
    },
    async ingestManagementEvents(events) {
      if (await configuration.refresh()) compiled = await compileInForce();
      const arrival = { kind: 'import', atMs: nowMs() } as const;
      const ports = { trail: stores.trail, judge: deps };
      return recordManagementEvents({ events, arrival }, compiled, ports);
    },
    async announce() {
      const { failures } = await judgeMinutes({
        ports: {
          ...stores,
          decodeSegment: (bytes) => {
            relieve();
            return decodeSegment(bytes, nodeCompression);
          },
        },
        compiled,
        judge: deps,
        usual: new UsualRatesOfHour(stores.trail),
        arrival: { kind: 'import', atMs: nowMs() },
        hasTime: () => true,
      });
      if (failures.length > 0) throw failures[0]?.error;
      const told: Alert[] = [];
      const publish = async (alert: Alert): Promise<void> => void told.push(alert);
      const publishers = [{ name: 'terminal', publish }];
      await createAnnounce({ findings: stores.findings, publishers, telemetry: SILENT, report: NOBODY })();
      return told.sort((a, b) => b.lastMs - a.lastMs || (a.id < b.id ? -1 : 1));
    },
    async close() {
      try {
        await counters.flush(nowMs());
      } finally {
        await embedded.close();
      }
    },
  };
}

/** On one machine the alerts are printed; nobody reads metrics. */
const NOBODY = async (): Promise<void> => undefined;

/** This channel cannot fail; an alert that cannot be read is what `gatewarden alerts` then names. */
const SILENT: Telemetry = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  count: () => undefined,
};

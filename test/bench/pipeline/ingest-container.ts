import { nodeCompression } from '../../../adapters/node/node-compression.js';
import { nodeDigest } from '../../../adapters/node/node-digest.js';
import { jsonTelemetry } from '../../../adapters/observability/json-telemetry.js';
import { re2Engine } from '../../../adapters/regex/re2-engine.js';
import { shippedRules } from '../../../adapters/shipped/shipped-rules.js';
import { SettledWindows } from '../../../core/alerts/settled-windows.js';
import { compileBundle } from '../../../core/ingest/compiled-bundle.js';
import { createCounters } from '../../../core/ingest/counters.js';
import type { IngestStores } from '../../../core/ingest/ingest-batch.js';
import { EndpointBudget } from '../../../core/ingest/record-endpoints.js';
import type { StateStore } from '../../../core/ports/state-store.js';
import { generateLines } from '../../../demo/generate-lines.js';
import { createIngestHandler } from '../../../lambdas/ingest/handler.js';
import { benchBundle } from './our-pipeline.js';
import { BENCH_START_MS, LEAN } from './payloads.js';

export const CALLERS = 60;
/** A window's spans fill slowly at this pace, as those of ordinary callers do. */
const CALLS_PER_SECOND = 12.5;

export const benchNowMs = (): number => BENCH_START_MS + 3_600_000;

/** One container of the ingest function with all shipped rules; `log` is given what it would write to its log. */
export async function ingestContainer(
  stores: IngestStores & { readonly state: Pick<StateStore, 'count'> },
  log: (line: string) => void,
): Promise<ReturnType<typeof createIngestHandler>> {
  const clock = { nowMs: benchNowMs };
  const compiled = await compileBundle(benchBundle(LEAN, shippedRules), {
    compression: nodeCompression,
    digest: nodeDigest,
    loadRegex: async () => re2Engine,
    samplingKey: async () => 'bench',
  });
  return createIngestHandler({
    bundles: async () => compiled,
    ingest: {
      stores,
      digest: nodeDigest,
      compression: nodeCompression,
      settled: new SettledWindows(),
      endpoints: new EndpointBudget(),
    },
    counters: createCounters(stores.state),
    telemetry: jsonTelemetry({ service: 'ingest', clock, write: log }),
    clock,
    writeUnits: () => 0,
  });
}

/** Lines of the lean format, of an API that sixty callers use at an even pace. */
export function callersLines(calls: number): readonly string[] {
  return [
    ...generateLines({
      format: LEAN.text,
      apiType: LEAN.apiType,
      calls,
      seed: 3,
      startMs: BENCH_START_MS,
      callsPerSecond: CALLS_PER_SECOND,
      callers: CALLERS,
    }),
  ];
}

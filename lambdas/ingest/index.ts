import { randomBytes } from 'node:crypto';
import { createDynamoClient } from '../../adapters/dynamodb/dynamo-client.js';
import { dynamoStores } from '../../adapters/dynamodb/stores.js';
import { nodeCompression } from '../../adapters/node/node-compression.js';
import { nodeDigest } from '../../adapters/node/node-digest.js';
import { jsonTelemetry } from '../../adapters/observability/json-telemetry.js';
import { SettledWindows } from '../../core/alerts/settled-windows.js';
import { createBundleSource } from '../../core/ingest/bundle-source.js';
import { createCounters } from '../../core/ingest/counters.js';
import { EndpointBudget } from '../../core/ingest/record-endpoints.js';
import { warmUp } from '../../core/ingest/warm-up.js';
import { parseIngestEnv } from './env.js';
import { createIngestHandler } from './handler.js';

const env = parseIngestEnv(process.env);
const nowMs = () => Date.now();
const telemetry = jsonTelemetry({
  service: 'ingest',
  clock: { nowMs },
  write: (line) => process.stdout.write(line),
});
await warmUp({ compression: nodeCompression, digest: nodeDigest });
let writeUnits = 0;
const stores = dynamoStores({
  client: createDynamoClient(),
  tables: env.tables,
  nowMs,
  meter: ({ kind, units }) => {
    if (kind === 'write') writeUnits += units;
  },
});

export const handler = createIngestHandler({
  bundles: createBundleSource({
    state: stores.state,
    // A chunk of its own: once rules are compiled, what is shipped is not needed to start.
    shipped: async () => (await import('../../adapters/shipped/shipped-bundle.js')).shippedBundle(),
    compiler: {
      compression: nodeCompression,
      digest: nodeDigest,
      // A chunk of its own: half as large as the rest of the function together.
      loadRegex: async () => (await import('../../adapters/regex/re2-engine.js')).re2Engine,
      samplingKey: () => stores.state.secret('sampling', randomBytes(16).toString('hex')),
    },
    clock: { nowMs },
    telemetry,
  }),
  ingest: {
    stores,
    digest: nodeDigest,
    compression: nodeCompression,
    settled: new SettledWindows(),
    endpoints: new EndpointBudget(),
    region: env.region,
  },
  counters: createCounters(stores.state),
  telemetry,
  clock: { nowMs },
  writeUnits: () => writeUnits,
});

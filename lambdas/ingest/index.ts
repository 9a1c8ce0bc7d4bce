import { functionBundles } from '../../adapters/aws/function-bundles.js';
import { createDynamoClient } from '../../adapters/dynamodb/dynamo-client.js';
import { dynamoStores } from '../../adapters/dynamodb/stores.js';
import { nodeCompression } from '../../adapters/node/node-compression.js';
import { nodeDigest } from '../../adapters/node/node-digest.js';
import { jsonTelemetry } from '../../adapters/observability/json-telemetry.js';
import { SettledWindows } from '../../core/alerts/settled-windows.js';
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
  bundles: functionBundles({ state: stores.state, clock: { nowMs }, telemetry }),
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

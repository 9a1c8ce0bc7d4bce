import { functionBundles } from '../../adapters/aws/function-bundles.js';
import { createDynamoClient } from '../../adapters/dynamodb/dynamo-client.js';
import { dynamoStores } from '../../adapters/dynamodb/stores.js';
import { nodeCompression } from '../../adapters/node/node-compression.js';
import { nodeDigest } from '../../adapters/node/node-digest.js';
import { jsonTelemetry } from '../../adapters/observability/json-telemetry.js';
import { SettledWindows } from '../../core/alerts/settled-windows.js';
import { decodeSegment } from '../../core/trail/segment.js';
import { parseMinutesEnv } from './env.js';
import { createMinutesHandler } from './handler.js';

const env = parseMinutesEnv(process.env);
const nowMs = () => Date.now();
const telemetry = jsonTelemetry({
  service: 'minutes',
  clock: { nowMs },
  write: (line) => process.stdout.write(line),
});
const stores = dynamoStores({ client: createDynamoClient(), tables: env.tables, nowMs });

export const handler = createMinutesHandler({
  bundles: functionBundles({ state: stores.state, clock: { nowMs }, telemetry }),
  ports: {
    trail: stores.trail,
    state: stores.state,
    decodeSegment: (bytes) => decodeSegment(bytes, nodeCompression),
  },
  judge: { stores, digest: nodeDigest, settled: new SettledWindows() },
  clock: { nowMs },
  telemetry,
});

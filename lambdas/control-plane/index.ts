import { functionBundles } from '../../adapters/aws/function-bundles.js';
import { createDynamoClient } from '../../adapters/dynamodb/dynamo-client.js';
import { dynamoStores } from '../../adapters/dynamodb/stores.js';
import { nodeDigest } from '../../adapters/node/node-digest.js';
import { jsonTelemetry } from '../../adapters/observability/json-telemetry.js';
import { SettledWindows } from '../../core/alerts/settled-windows.js';
import { parseControlPlaneEnv } from './env.js';
import { createControlPlaneHandler } from './handler.js';

const env = parseControlPlaneEnv(process.env);
const nowMs = () => Date.now();
const telemetry = jsonTelemetry({
  service: 'control-plane',
  clock: { nowMs },
  write: (line) => process.stdout.write(line),
});
const stores = dynamoStores({ client: createDynamoClient(), tables: env.tables, nowMs });

export const handler = createControlPlaneHandler({
  bundles: functionBundles({ state: stores.state, clock: { nowMs }, telemetry }),
  ports: {
    trail: stores.trail,
    judge: { stores, digest: nodeDigest, settled: new SettledWindows() },
  },
  clock: { nowMs },
  telemetry,
});

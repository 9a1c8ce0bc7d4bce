import { createDynamoClient } from '../../adapters/dynamodb/dynamo-client.js';
import { dynamoStores } from '../../adapters/dynamodb/stores.js';
import { nodeCompression } from '../../adapters/node/node-compression.js';
import { nodeDigest } from '../../adapters/node/node-digest.js';
import { jsonTelemetry } from '../../adapters/observability/json-telemetry.js';
import { shippedBundle } from '../../adapters/shipped/shipped-bundle.js';
import { toVersionedBundle } from '../../core/bundle-version.js';
import { decodeSegment } from '../../core/trail/segment.js';
import { parseLearnEnv } from './env.js';
import { createLearnHandler } from './handler.js';

const env = parseLearnEnv(process.env);
const nowMs = () => Date.now();
const { trail, inventory, findings, state } = dynamoStores({
  client: createDynamoClient(),
  tables: env.tables,
  nowMs,
});

export const handler = createLearnHandler({
  ports: {
    trail,
    inventory,
    state,
    shipped: shippedBundle(),
    decodeSegment: (bytes) => decodeSegment(bytes, nodeCompression),
    toBundle: (content) => toVersionedBundle(content, nodeDigest),
  },
  budgets: { trail, findings, state, digest: nodeDigest },
  clock: { nowMs },
  telemetry: jsonTelemetry({
    service: 'learn',
    clock: { nowMs },
    write: (line) => process.stdout.write(line),
  }),
});

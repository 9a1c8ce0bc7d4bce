import { randomBytes } from 'node:crypto';
import { createDynamoClient } from '../../adapters/dynamodb/dynamo-client.js';
import { dynamoStores } from '../../adapters/dynamodb/stores.js';
import { nodeCompression } from '../../adapters/node/node-compression.js';
import { nodeDigest } from '../../adapters/node/node-digest.js';
import { jsonTelemetry } from '../../adapters/observability/json-telemetry.js';
import { SettledWindows } from '../../core/alerts/settled-windows.js';
import { createBundleSource } from '../../core/ingest/bundle-source.js';
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
  bundles: createBundleSource({
    state: stores.state,
    // A chunk of its own: once rules are compiled, what is shipped is not needed to start.
    shipped: async () => (await import('../../adapters/shipped/shipped-bundle.js')).shippedBundle(),
    compiler: {
      compression: nodeCompression,
      digest: nodeDigest,
      loadRegex: async () => (await import('../../adapters/regex/re2-engine.js')).re2Engine,
      samplingKey: () => stores.state.secret('sampling', randomBytes(16).toString('hex')),
    },
    clock: { nowMs },
    telemetry,
  }),
  ports: {
    trail: stores.trail,
    state: stores.state,
    decodeSegment: (bytes) => decodeSegment(bytes, nodeCompression),
  },
  judge: { stores, digest: nodeDigest, settled: new SettledWindows() },
  clock: { nowMs },
  telemetry,
});

import { S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { guardObject } from '../../adapters/aws/guard-object.js';
import { createParameterStore } from '../../adapters/aws/parameter-store-client.js';
import { createDynamoClient } from '../../adapters/dynamodb/dynamo-client.js';
import { dynamoStores } from '../../adapters/dynamodb/stores.js';
import { nodeDigest } from '../../adapters/node/node-digest.js';
import { jsonTelemetry } from '../../adapters/observability/json-telemetry.js';
import { re2Engine } from '../../adapters/regex/re2-engine.js';
import { shipped, shippedBundle } from '../../adapters/shipped/shipped-bundle.js';
import { toVersionedBundle } from '../../core/bundle-version.js';
import { parseCompileEnv } from './env.js';
import { createCompileHandler } from './handler.js';

const env = parseCompileEnv(process.env);
const clock = { nowMs: () => Date.now() };
const requestHandler = new NodeHttpHandler({ connectionTimeout: 3_000, requestTimeout: 10_000 });
const { state, findings, trail } = dynamoStores({
  client: createDynamoClient(),
  tables: env.tables,
  nowMs: clock.nowMs,
});
const { all } = createParameterStore({ prefix: env.parameterPrefix, readsPerSecond: 10 });

export const handler = createCompileHandler({
  ports: {
    parameters: all,
    state,
    findings,
    trail,
    shipped,
    shippedBundle,
    toBundle: (content) => toVersionedBundle(content, nodeDigest),
    tools: { digest: nodeDigest, regex: re2Engine },
    clock,
  },
  guard: {
    state,
    digest: nodeDigest,
    put: guardObject(new S3Client({ requestHandler }), env.guardBucket),
  },
  telemetry: jsonTelemetry({
    service: 'compile',
    clock,
    write: (line) => process.stdout.write(line),
  }),
});

import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { createPace } from '../../adapters/aws/cloudwatch-logs-pace.js';
import { guardObject } from '../../adapters/aws/guard-object.js';
import { awsParameterStore } from '../../adapters/aws/parameter-store.js';
import { createDynamoClient } from '../../adapters/dynamodb/dynamo-client.js';
import { dynamoStores } from '../../adapters/dynamodb/stores.js';
import { nodeDigest } from '../../adapters/node/node-digest.js';
import { jsonTelemetry } from '../../adapters/observability/json-telemetry.js';
import { re2Engine } from '../../adapters/regex/re2-engine.js';
import { shippedBundle } from '../../adapters/shipped/shipped-bundle.js';
import { shippedPacks } from '../../adapters/shipped/shipped-packs.js';
import { shippedRules } from '../../adapters/shipped/shipped-rules.js';
import { toVersionedBundle } from '../../core/bundle-version.js';
import { parseCompileEnv } from './env.js';
import { createCompileHandler } from './handler.js';

const env = parseCompileEnv(process.env);
const clock = { nowMs: () => Date.now() };
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const requestHandler = new NodeHttpHandler({ connectionTimeout: 3_000, requestTimeout: 10_000 });
const pace = (callsPerSecond: number) =>
  createPace({ clock, sleep, random: Math.random, callsPerSecond, attempts: 8 });
const { state, findings, trail } = dynamoStores({
  client: createDynamoClient(),
  tables: env.tables,
  nowMs: clock.nowMs,
});
const store = awsParameterStore({
  // One attempt: the pace retries, within the quota.
  client: new SSMClient({ maxAttempts: 1, requestHandler }),
  prefix: env.parameterPrefix,
  reads: pace(10),
  writes: pace(1),
});

export const handler = createCompileHandler({
  ports: {
    parameters: store.all,
    state,
    findings,
    trail,
    shipped: { packs: shippedPacks, rules: shippedRules },
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

import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { cloudwatchLogGroups } from '../../adapters/aws/cloudwatch-logs.js';
import { createPace } from '../../adapters/aws/cloudwatch-logs-pace.js';
import { createDynamoClient } from '../../adapters/dynamodb/dynamo-client.js';
import { dynamoStateStore } from '../../adapters/dynamodb/state-store.js';
import { TableSender } from '../../adapters/dynamodb/table-sender.js';
import { nodeDigest } from '../../adapters/node/node-digest.js';
import { jsonTelemetry } from '../../adapters/observability/json-telemetry.js';
import { shippedBundle } from '../../adapters/shipped/shipped-bundle.js';
import type { Bundle } from '../../core/bundle.js';
import { toVersionedBundle } from '../../core/bundle-version.js';
import { createRespond } from './cloudformation-response.js';
import { parseSubscribeEnv } from './env.js';
import { createSubscribeHandler } from './handler.js';
import { publishFeeds } from './publish-feeds.js';
import { reportRun } from './report.js';

const env = parseSubscribeEnv(process.env);
const clock = { nowMs: () => Date.now() };
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const telemetry = jsonTelemetry({
  service: 'subscribe',
  clock,
  write: (line) => process.stdout.write(line),
});
const requestHandler = new NodeHttpHandler({ connectionTimeout: 3_000, requestTimeout: 10_000 });
// One attempt: the pace retries, within the quota that all calls of one kind share.
const logs = new CloudWatchLogsClient({ maxAttempts: 1, requestHandler });
const lambda = new LambdaClient({ requestHandler });
const pace = createPace({ clock, sleep, random: Math.random, callsPerSecond: 5, attempts: 8 });
const state = dynamoStateStore({
  sender: new TableSender(createDynamoClient()),
  tables: env.tables,
  nowMs: clock.nowMs,
});
const toBundle = (content: Omit<Bundle, 'version'>) => toVersionedBundle(content, nodeDigest);

export const handler = createSubscribeHandler({
  groups: cloudwatchLogGroups(logs, pace),
  digest: nodeDigest,
  ownLogGroupArn: env.ownLogGroupArn,
  sleep,
  timer(ms) {
    let handle: NodeJS.Timeout | undefined;
    const done = new Promise<void>((resolve) => {
      handle = setTimeout(resolve, ms);
    });
    return { done, cancel: () => clearTimeout(handle) };
  },
  publishFeeds: (change) => publishFeeds({ state, shipped: shippedBundle, toBundle }, change),
  respond: createRespond({ fetch, sleep }),
  async goOn(event) {
    const Payload = new TextEncoder().encode(JSON.stringify(event));
    await lambda.send(
      new InvokeCommand({ FunctionName: env.functionName, InvocationType: 'Event', Payload }),
    );
  },
  logFault: (error) => telemetry.error('subscribe.failed', {}, error),
  report: (report) => reportRun(telemetry, env.stack, report),
});

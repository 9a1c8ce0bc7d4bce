import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import { eventBridgePublisher } from '../../adapters/aws/event-bridge-publisher.js';
import { snsPublisher } from '../../adapters/aws/sns-publisher.js';
import { createDynamoClient } from '../../adapters/dynamodb/dynamo-client.js';
import { dynamoFindingStore } from '../../adapters/dynamodb/finding-store.js';
import { TableSender } from '../../adapters/dynamodb/table-sender.js';
import { jsonTelemetry } from '../../adapters/observability/json-telemetry.js';
import { createAnnounce } from '../../core/alerts/announce.js';
import { parseNotifyEnv } from './env.js';
import { createNotifyHandler } from './handler.js';

const env = parseNotifyEnv(process.env);
const nowMs = () => Date.now();
const telemetry = jsonTelemetry({
  service: 'notify',
  clock: { nowMs },
  write: (line) => process.stdout.write(line),
});
const sender = new TableSender(createDynamoClient());
const announce = createAnnounce({
  findings: dynamoFindingStore({ sender, tables: env.tables, nowMs }),
  publishers: [
    snsPublisher(new SNSClient({}), env.topicArn),
    eventBridgePublisher(new EventBridgeClient({}), env.busName),
  ],
  telemetry,
});

export const handler = createNotifyHandler({ announce, telemetry });

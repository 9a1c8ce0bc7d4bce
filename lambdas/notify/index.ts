import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import { eventBridgePublisher } from '../../adapters/aws/event-bridge-publisher.js';
import { snsPublisher } from '../../adapters/aws/sns-publisher.js';
import { createDynamoClient } from '../../adapters/dynamodb/dynamo-client.js';
import { dynamoFindingStore } from '../../adapters/dynamodb/finding-store.js';
import { dynamoInventoryStore } from '../../adapters/dynamodb/inventory-store.js';
import { TableSender } from '../../adapters/dynamodb/table-sender.js';
import { jsonTelemetry } from '../../adapters/observability/json-telemetry.js';
import { createAnnounce } from '../../core/alerts/announce.js';
import { createAlertReporter } from '../../core/alerts/report-alert.js';
import { parseNotifyEnv } from './env.js';
import { createNotifyHandler } from './handler.js';

const env = parseNotifyEnv(process.env);
const nowMs = () => Date.now();
const telemetry = jsonTelemetry({
  service: 'notify',
  clock: { nowMs },
  write: (line) => process.stdout.write(line),
});
const context = { sender: new TableSender(createDynamoClient()), tables: env.tables, nowMs };
const inventory = dynamoInventoryStore(context);
const announce = createAnnounce({
  findings: dynamoFindingStore(context),
  publishers: [
    snsPublisher(new SNSClient({}), env.topicArn),
    eventBridgePublisher(new EventBridgeClient({}), env.busName),
  ],
  telemetry,
  report: createAlertReporter(telemetry, () => inventory.apis()),
});

export const handler = createNotifyHandler({ announce, telemetry });

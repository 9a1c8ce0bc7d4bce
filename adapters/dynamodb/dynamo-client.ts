import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { quietSdk } from '../aws/quiet-sdk.js';
import { LightHandler } from './light-handler.js';
import { sendLightly } from './light-send.js';

/**
 * The client that every store on AWS uses. Endpoint, region, credentials and certificates come from the environment
 * as the SDK reads them (`AWS_ENDPOINT_URL`, https and `NODE_EXTRA_CA_CERTS` included).
 *
 * Throttling and 5xx answers are tried ten times with jittered exponential back-off (50 ms doubling, capped at 20 s) by
 * the SDK, whose retry budget ends it sooner when everything is throttled: then the invocation fails and the queue
 * before it holds the payload, which is what sheds load. A request without an answer after 5 s is tried again.
 */
export function createDynamoClient(config: DynamoDBClientConfig = {}): DynamoDBClient {
  quietSdk();
  const client = new DynamoDBClient({
    maxAttempts: 10,
    retryMode: 'standard',
    requestHandler: new LightHandler({
      connectionTimeout: 2_000,
      requestTimeout: 5_000,
      throwOnRequestTimeout: true,
    }),
    ...config,
  });
  sendLightly(client);
  return client;
}

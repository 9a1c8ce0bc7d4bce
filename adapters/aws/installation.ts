import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import type { StateStore } from '../../core/ports/state-store.js';
import { createDynamoClient } from '../dynamodb/dynamo-client.js';
import { dynamoStateStore } from '../dynamodb/state-store.js';
import { TableSender } from '../dynamodb/table-sender.js';
import { type AwsAccess, toClientConfig } from './aws-access.js';
import { type Collector, lambdaCollector } from './collector.js';
import { type FailureBucket, s3FailureBucket } from './failure-bucket.js';
import { functionNameOf } from './failure-record.js';
import { quietSdk } from './quiet-sdk.js';
import { readStackNames } from './read-stack-names.js';
import type { StackNames } from './stack-parameter.js';

/** An installation on AWS, as far as replaying needs it. */
export interface Installation {
  readonly collector: Collector & { readonly name: string };
  readonly failures: FailureBucket;
  readonly state: Pick<StateStore, 'bundle' | 'poison' | 'deletePoison'>;
}

/** Given by name one by one, or found by their stack's. */
export type ReplayParts = Pick<StackNames, 'collector' | 'failures' | 'state'> | { readonly stack: string };

/**
 * Opens the parts of an installation; region and credentials come from the environment as the SDK reads them, unless they are
 * given. `undefined` when there is no such stack.
 *
 * Throttled requests are tried ten times with jittered exponential back-off, by the SDK.
 */
export async function openInstallation(
  where: ReplayParts & AwsAccess,
  nowMs: () => number,
): Promise<Installation | undefined> {
  quietSdk();
  const names = 'stack' in where ? await readStackNames(where.stack, where) : where;
  if (names === undefined) return undefined;
  const patient = { maxAttempts: 10, retryMode: 'standard', ...toClientConfig(where) } as const;
  // The collector may take its two minutes; an answer that is later than that is none.
  const lambda = new LambdaClient({
    ...patient,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 150_000, throwOnRequestTimeout: true },
  });
  const sender = new TableSender(createDynamoClient(toClientConfig(where)));
  return {
    collector: {
      ...lambdaCollector(lambda, names.collector),
      name: functionNameOf(names.collector) ?? names.collector,
    },
    failures: s3FailureBucket(new S3Client(patient), names.failures),
    state: dynamoStateStore({ sender, tables: { State: names.state }, nowMs }),
  };
}

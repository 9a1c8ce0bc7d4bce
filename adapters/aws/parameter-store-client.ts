import { SSMClient } from '@aws-sdk/client-ssm';
import type { ParameterStore } from '../../core/ports/parameter-store.js';
import { type AwsAccess, toClientConfig } from './aws-access.js';
import { createPace } from './cloudwatch-logs-pace.js';
import { awsParameterStore } from './parameter-store.js';
import { quietSdk } from './quiet-sdk.js';

export interface ParameterStoreOptions extends AwsAccess {
  readonly prefix: string;
  /** Of Get*, which has 40 a second by default for everything in the account and region. */
  readonly readsPerSecond: number;
}

/** PutParameter and DeleteParameter have 3 a second by default. */
const WRITES_PER_SECOND = 2;

/** Parameter Store with endpoint, region and credentials from the environment as the SDK reads them (`AWS_ENDPOINT_URL` included). */
export function createParameterStore({
  prefix,
  readsPerSecond,
  ...access
}: ParameterStoreOptions): ParameterStore {
  quietSdk();
  const clock = { nowMs: () => Date.now() };
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const pace = (callsPerSecond: number) =>
    createPace({ clock, sleep, random: Math.random, callsPerSecond, attempts: 8 });
  return awsParameterStore({
    // One attempt: the pace retries, within the quota.
    client: new SSMClient({
      maxAttempts: 1,
      ...toClientConfig(access),
      requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000 },
    }),
    prefix,
    reads: pace(readsPerSecond),
    writes: pace(WRITES_PER_SECOND),
  });
}

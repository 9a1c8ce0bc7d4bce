import { Stack } from 'aws-cdk-lib';
import type { Construct, IDependable } from 'constructs';

/** What a subscription filter delivers to, and what must be in force before one is put. */
export interface SubscriptionTarget {
  readonly destinationArn: string;
  /** The role CloudWatch Logs takes to write to a stream; none for a function. */
  readonly roleArn?: string;
  readonly ready: readonly IDependable[];
}

/** Every log group of this account and region: which of them deliver is decided by who may put filters. */
export function anyLogGroupArn(scope: Construct): string {
  const { partition, region, account } = Stack.of(scope);
  return `arn:${partition}:logs:${region}:${account}:log-group:*:*`;
}

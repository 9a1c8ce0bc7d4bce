import type {
  SubscriptionFilter as DescribedFilter,
  LogGroup as DescribedGroup,
  PutSubscriptionFilterCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { Fault } from '../../core/fault.js';
import type { LogGroup, LogGroupClass, SubscriptionFilter } from '../../core/ports/log-groups.js';

/** Requests and answers of CloudWatch Logs, without sending anything. */
export function putFilterInput(
  groupName: string,
  filter: SubscriptionFilter,
): PutSubscriptionFilterCommandInput {
  return {
    logGroupName: groupName,
    filterName: filter.name,
    filterPattern: filter.pattern,
    destinationArn: filter.destinationArn,
    // Spreads the lines of one busy log stream over all shards; without it one stream can throttle one shard.
    ...(filter.roleArn === undefined ? {} : { roleArn: filter.roleArn, distribution: 'Random' as const }),
  };
}

export function toLogGroup(described: DescribedGroup): LogGroup {
  const { logGroupName: name } = described;
  const arn = described.logGroupArn ?? described.arn?.replace(/:\*$/, '');
  if (name === undefined || arn === undefined) {
    throw new Fault('logs.failed', { operation: 'DescribeLogGroups', error: 'a group without name or ARN' });
  }
  return { name, arn, class: toGroupClass(described.logGroupClass) };
}

export function toSubscriptionFilter(described: DescribedFilter): SubscriptionFilter {
  const { filterName: name, destinationArn, roleArn, filterPattern } = described;
  if (name === undefined || destinationArn === undefined) {
    throw new Fault('logs.failed', {
      operation: 'DescribeSubscriptionFilters',
      error: 'a filter without name',
    });
  }
  return { name, destinationArn, roleArn, pattern: filterPattern ?? '' };
}

/** The service's own name for what went wrong, such as `ThrottlingException`. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}

/**
 * CloudWatch Logs tries the destination while it puts a filter. A permission that has not spread yet, a role that
 * cannot be taken yet and a stream that is not active yet all answer `InvalidParameterException`, told apart from a
 * bad parameter only by the text.
 */
export function isDestinationRefusal(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.name === 'InvalidParameterException' &&
    /could not (execute|deliver|assume)/i.test(error.message)
  );
}

/** Worth another try after a pause: throttled, overloaded, or two changes to one group at the same moment. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return TRANSIENT.has(error.name) || ('$fault' in error && error.$fault === 'server');
}

const TRANSIENT: ReadonlySet<string> = new Set([
  'ThrottlingException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'ServiceUnavailableException',
  'InternalServerException',
  'InternalFailure',
  'OperationAbortedException',
  'TimeoutError',
  'ECONNRESET',
  'NetworkingError',
]);

function toGroupClass(described: string | undefined): LogGroupClass {
  switch (described) {
    // Groups made before classes existed are reported without one.
    case undefined:
    case 'STANDARD':
      return 'standard';
    case 'INFREQUENT_ACCESS':
      return 'infrequent-access';
    case 'DELIVERY':
      return 'delivery';
    default:
      return 'other';
  }
}

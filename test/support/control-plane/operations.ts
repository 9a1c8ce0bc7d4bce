import * as v from 'valibot';
import { ACCOUNT_PREFIX, type Behaviour, type EmulatedGroup, ServiceError } from './log-groups-state.js';

export type Account = Map<string, EmulatedGroup>;
type Operation = (
  account: Account,
  behaviour: Behaviour,
  input: unknown,
) => Readonly<Record<string, unknown>>;

/** The operations by name, as the API reference describes them. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  DescribeLogGroups(account, behaviour, input) {
    const { logGroupNamePrefix = '', limit = 50, nextToken } = v.parse(DESCRIBE_GROUPS, input);
    const names = [...account.keys()].filter((name) => name.startsWith(logGroupNamePrefix)).sort();
    const page = paginate(names, Math.min(limit, behaviour.pageSize), nextToken);
    const logGroups = page.items.map((name) => ({
      logGroupName: name,
      arn: `${ACCOUNT_PREFIX}${name}:*`,
      logGroupArn: `${ACCOUNT_PREFIX}${name}`,
      logGroupClass: groupOf(account, name).class,
    }));
    return { logGroups, ...page.token };
  },

  DescribeSubscriptionFilters(account, behaviour, input) {
    const { logGroupName, nextToken } = v.parse(OF_GROUP, input);
    const filters = [...groupOf(account, logGroupName).filters];
    const page = paginate(filters, Math.min(50, behaviour.pageSize), nextToken);
    const subscriptionFilters = page.items.map(([filterName, filter]) => ({
      ...filter,
      filterName,
      logGroupName,
      creationTime: 1_780_000_000_000,
    }));
    return { subscriptionFilters, ...page.token };
  },

  PutSubscriptionFilter(account, behaviour, input) {
    const put = v.parse(PUT, input);
    const { filters, class: groupClass } = groupOf(account, put.logGroupName);
    if (groupClass !== 'STANDARD') {
      throw new ServiceError('InvalidParameterException', 'Log group class does not support this operation.');
    }
    if (behaviour.refusedPuts > 0) {
      behaviour.refusedPuts -= 1;
      throw new ServiceError(
        'InvalidParameterException',
        'Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.',
      );
    }
    if (!filters.has(put.filterName) && filters.size >= behaviour.slots) {
      throw new ServiceError('LimitExceededException', 'Resource limit exceeded.');
    }
    const { destinationArn, roleArn, filterPattern } = put;
    filters.set(put.filterName, { destinationArn, roleArn, filterPattern });
    return {};
  },

  DeleteSubscriptionFilter(account, _behaviour, input) {
    const { logGroupName, filterName } = v.parse(DELETE, input);
    if (!groupOf(account, logGroupName).filters.delete(filterName)) {
      throw new ServiceError(
        'ResourceNotFoundException',
        'The specified subscription filter does not exist.',
      );
    }
    return {};
  },

  ListTagsForResource(account, _behaviour, input) {
    return { tags: Object.fromEntries(groupOf(account, nameOf(input)).tags) };
  },

  TagResource(account, _behaviour, input) {
    const { tags } = v.parse(v.object({ tags: v.record(v.string(), v.string()) }), input);
    for (const [key, value] of Object.entries(tags)) groupOf(account, nameOf(input)).tags.set(key, value);
    return {};
  },
};

/** The group a request is about, if it is about one. */
export function groupNameIn(input: unknown): string | undefined {
  const direct = v.safeParse(OF_GROUP, input);
  if (direct.success) return direct.output.logGroupName;
  const byArn = v.safeParse(BY_ARN, input);
  return byArn.success ? byArn.output.resourceArn.slice(ACCOUNT_PREFIX.length) : undefined;
}

function nameOf(input: unknown): string {
  // The tag operations take the ARN without `:*`; with it the service answers that it is invalid.
  const { resourceArn } = v.parse(BY_ARN, input);
  if (!resourceArn.startsWith(ACCOUNT_PREFIX) || resourceArn.endsWith(':*')) {
    throw new ServiceError('InvalidParameterException', `Invalid resource ARN ${resourceArn}`);
  }
  return resourceArn.slice(ACCOUNT_PREFIX.length);
}

function groupOf(account: Account, name: string): EmulatedGroup {
  const group = account.get(name);
  if (group === undefined) {
    throw new ServiceError('ResourceNotFoundException', 'The specified log group does not exist.');
  }
  return group;
}

function paginate<T>(items: readonly T[], size: number, nextToken: string | undefined) {
  const start = nextToken === undefined ? 0 : Number(nextToken.replace('page-', ''));
  const end = start + size;
  return {
    items: items.slice(start, end),
    token: end < items.length ? { nextToken: `page-${end}` } : {},
  };
}

const TOKEN = v.optional(v.string());
const DESCRIBE_GROUPS = v.object({
  logGroupNamePrefix: v.optional(v.string()),
  limit: v.optional(v.pipe(v.number(), v.maxValue(50))),
  nextToken: TOKEN,
});
const OF_GROUP = v.object({ logGroupName: v.string(), nextToken: TOKEN });
const BY_ARN = v.object({ resourceArn: v.string() });
const DELETE = v.object({ logGroupName: v.string(), filterName: v.string() });
const PUT = v.object({
  logGroupName: v.string(),
  filterName: v.pipe(v.string(), v.regex(/^[^:*]{1,512}$/)),
  filterPattern: v.string(),
  destinationArn: v.string(),
  roleArn: v.optional(v.string()),
});

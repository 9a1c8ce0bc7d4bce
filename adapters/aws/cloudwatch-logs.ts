import {
  type CloudWatchLogsClient,
  DeleteSubscriptionFilterCommand,
  DescribeLogGroupsCommand,
  DescribeSubscriptionFiltersCommand,
  ListTagsForResourceCommand,
  PutSubscriptionFilterCommand,
  TagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { Fault } from '../../core/fault.js';
import type { LogGroups, SubscriptionFilter } from '../../core/ports/log-groups.js';
import type { Pace } from './cloudwatch-logs-pace.js';
import {
  errorName,
  isDestinationRefusal,
  isTransient,
  putFilterInput,
  toLogGroup,
  toSubscriptionFilter,
} from './cloudwatch-logs-params.js';

/** CloudWatch Logs behind the port. Give it a client that does not retry by itself: `pace` does, within the quota. */
export function cloudwatchLogGroups(client: CloudWatchLogsClient, pace: Pace): LogGroups {
  return {
    async group(name) {
      // Groups come in order of name, so a group of exactly this name is the first with this prefix.
      const page = await send('DescribeLogGroups', name, () =>
        client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name, limit: 1 })),
      );
      const first = page.logGroups?.[0];
      return first?.logGroupName === name ? toLogGroup(first) : undefined;
    },

    async *groups(prefix) {
      let nextToken: string | undefined;
      do {
        const page = await send('DescribeLogGroups', prefix, () =>
          client.send(
            new DescribeLogGroupsCommand({ logGroupNamePrefix: prefix, limit: 50, ...token(nextToken) }),
          ),
        );
        for (const described of page.logGroups ?? []) yield toLogGroup(described);
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
    },

    async tags(groupArn) {
      const answer = await sendUnlessGone('ListTagsForResource', groupArn, () =>
        client.send(new ListTagsForResourceCommand({ resourceArn: groupArn })),
      );
      return answer === undefined ? undefined : (answer.tags ?? {});
    },

    async tag(groupArn, key, value) {
      await send('TagResource', groupArn, () =>
        client.send(new TagResourceCommand({ resourceArn: groupArn, tags: { [key]: value } })),
      );
    },

    filters,

    async putFilter(groupName, filter) {
      try {
        await pace(
          'PutSubscriptionFilter',
          () => client.send(new PutSubscriptionFilterCommand(putFilterInput(groupName, filter))),
          isTransient,
        );
        return 'put';
      } catch (error) {
        if (errorName(error) === 'LimitExceededException') return 'slots-full';
        if (isDestinationRefusal(error)) return 'not-permitted';
        // The destination may be what was not found; then the group still answers, and this is a fault.
        const isNotFound = errorName(error) === 'ResourceNotFoundException';
        if (isNotFound && (await filters(groupName)) === undefined) return 'group-gone';
        throw toFault('PutSubscriptionFilter', groupName, error);
      }
    },

    async deleteFilter(groupName, filterName) {
      const answer = await sendUnlessGone('DeleteSubscriptionFilter', groupName, () =>
        client.send(new DeleteSubscriptionFilterCommand({ logGroupName: groupName, filterName })),
      );
      return answer === undefined ? 'absent' : 'deleted';
    },
  };

  async function filters(groupName: string): Promise<readonly SubscriptionFilter[] | undefined> {
    const found: SubscriptionFilter[] = [];
    let nextToken: string | undefined;
    do {
      const page = await sendUnlessGone('DescribeSubscriptionFilters', groupName, () =>
        client.send(new DescribeSubscriptionFiltersCommand({ logGroupName: groupName, ...token(nextToken) })),
      );
      if (page === undefined) return undefined;
      found.push(...(page.subscriptionFilters ?? []).map(toSubscriptionFilter));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return found;
  }

  async function send<T>(operation: string, group: string, call: () => Promise<T>): Promise<T> {
    try {
      return await pace(operation, call, isTransient);
    } catch (error) {
      throw toFault(operation, group, error);
    }
  }

  async function sendUnlessGone<T>(
    operation: string,
    group: string,
    call: () => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await pace(operation, call, isTransient);
    } catch (error) {
      if (errorName(error) === 'ResourceNotFoundException') return undefined;
      throw toFault(operation, group, error);
    }
  }
}

function token(nextToken: string | undefined): { readonly nextToken?: string } {
  return nextToken === undefined ? {} : { nextToken };
}

function toFault(operation: string, group: string, error: unknown): Fault {
  return new Fault('logs.failed', { operation, group, error: errorName(error) }, { cause: error });
}

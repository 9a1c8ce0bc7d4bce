import type { Digest } from '../../core/ports/digest.js';
import type { LogGroups } from '../../core/ports/log-groups.js';
import type { Subscription } from '../../core/subscriptions/plan-subscription.js';

/**
 * Which subscription is in force, kept as a tag on this function's own log group. An hourly run that was already
 * under way when the stack was deleted or narrowed finds it changed, and puts nothing more that nobody would remove.
 */
export interface InForce {
  declare(subscription: Subscription): Promise<void>;
  /** Does nothing when another subscription has taken its place already. */
  retire(subscription: Subscription): Promise<void>;
  holds(subscription: Subscription): Promise<boolean>;
}

const TAG = 'gatewarden:subscription';
const RETIRED = 'retired';

export function createInForce(groups: LogGroups, digest: Digest, ownLogGroupArn: string): InForce {
  return {
    declare: (subscription) => groups.tag(ownLogGroupArn, TAG, markOf(subscription)),
    async retire(subscription) {
      if (await holds(subscription)) await groups.tag(ownLogGroupArn, TAG, RETIRED);
    },
    holds,
  };

  /** No mark at all counts as in force: better one filter too many for an hour than no monitoring. */
  async function holds(subscription: Subscription): Promise<boolean> {
    const tags = await groups.tags(ownLogGroupArn);
    const mark = tags?.[TAG];
    return mark === undefined || mark === markOf(subscription);
  }

  function markOf({ filterName, destinationArn, roleArn, selection }: Subscription): string {
    const { names, prefixes } = selection;
    return digest.hex([filterName, destinationArn, roleArn ?? '', ...names, '', ...prefixes], 16);
  }
}

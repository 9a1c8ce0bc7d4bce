import type { PutFilterOutcome, SubscriptionFilter } from '../../core/ports/log-groups.js';
import type { ReconcilePorts } from './reconcile-ports.js';
import type { Outcome } from './tally.js';

/**
 * Puts one filter: waits for a permission that has not spread yet, hands over the slot of our own former filter when
 * no other is free, and takes the filter back when the subscription was changed while it was being put.
 */
export async function putFilter(ports: ReconcilePorts, task: PutTask, patience: Patience): Promise<Outcome> {
  if (!(await ports.isCurrent())) return 'clear';
  const { groupName, put, displaceable } = task;
  let outcome = await putWhenPermitted(ports, groupName, put, patience);
  if (outcome === 'slots-full' && displaceable !== undefined) {
    outcome = await handOverSlot(ports, groupName, put, displaceable);
  }
  if (outcome === 'group-gone') return 'clear';
  if (outcome === 'put' && !(await ports.isCurrent())) return takeBack(ports, groupName, put);
  return outcome;
}

export interface PutTask {
  readonly groupName: string;
  readonly put: SubscriptionFilter;
  readonly displaceable: SubscriptionFilter | undefined;
}

/**
 * A new permission or role reaches CloudWatch Logs within seconds, rarely a minute. The waits are spent once a walk,
 * not once a group: when they are over, the permission is missing and not late.
 */
const PERMISSION_WAITS_MS = [2_000, 4_000, 8_000, 16_000, 30_000, 30_000] as const;

export interface Patience {
  waited: number;
}

async function putWhenPermitted(
  ports: ReconcilePorts,
  groupName: string,
  put: SubscriptionFilter,
  patience: Patience,
): Promise<PutFilterOutcome> {
  for (;;) {
    const answer = await ports.groups.putFilter(groupName, put);
    const waitMs = PERMISSION_WAITS_MS[patience.waited];
    if (answer !== 'not-permitted' || waitMs === undefined || !ports.hasTime()) return answer;
    patience.waited += 1;
    await ports.sleep(waitMs);
  }
}

async function handOverSlot(
  ports: ReconcilePorts,
  groupName: string,
  put: SubscriptionFilter,
  former: SubscriptionFilter,
): Promise<PutFilterOutcome> {
  await ports.groups.deleteFilter(groupName, former.name);
  let outcome: PutFilterOutcome | undefined;
  try {
    outcome = await ports.groups.putFilter(groupName, put);
    return outcome;
  } finally {
    if (outcome !== 'put') await ports.groups.putFilter(groupName, former);
  }
}

/** Whoever changed the subscription may have passed this group before our put, so nobody else would remove it. */
async function takeBack(ports: ReconcilePorts, groupName: string, put: SubscriptionFilter): Promise<Outcome> {
  const filters = await ports.groups.filters(groupName);
  const isStillOurs = filters?.some(
    (filter) => filter.name === put.name && filter.destinationArn === put.destinationArn,
  );
  if (isStillOurs === true) await ports.groups.deleteFilter(groupName, put.name);
  return 'removed';
}

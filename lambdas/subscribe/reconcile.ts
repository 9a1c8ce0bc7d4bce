import { Fault } from '../../core/fault.js';
import type { LogGroup, LogGroups } from '../../core/ports/log-groups.js';
import { type GroupSelection, isSelected, listingsFor } from '../../core/subscriptions/group-selection.js';
import { planSubscription, type SubscriptionIntent } from '../../core/subscriptions/plan-subscription.js';
import { type Patience, putFilter } from './put-filter.js';
import type { ReconcilePorts } from './reconcile-ports.js';
import { addOutcome, EMPTY_TALLY, type Outcome, type Problem, type Tally } from './tally.js';

/**
 * Walks over every group of the scope in order of name and does what the plan of each says. One group's trouble is
 * reported and never stops the others; only a listing that fails stops the walk (`Fault('logs.failed')`).
 * Doing it again changes nothing. Answers `continueAfter` when the time ran out before the last group.
 */
export async function reconcile(ports: ReconcilePorts, walk: Walk): Promise<WalkResult> {
  const { groups, missing } = await listGroups(ports.groups, walk.scope);
  const isFirstStretch = walk.after === undefined;
  let tally = walk.tally ?? EMPTY_TALLY;
  for (const name of isFirstStretch ? missing : []) {
    const isWanted = walk.intent.wanted !== undefined && isSelected(name, walk.intent.wanted.selection);
    if (isWanted) tally = addOutcome(tally, { group: name, outcome: 'missing' });
  }
  const patience: Patience = { waited: 0 };
  let after = walk.after;
  for (const group of groups) {
    if (walk.after !== undefined && group.name <= walk.after) continue;
    if (!ports.hasTime()) return { tally, continueAfter: after ?? '' };
    tally = addOutcome(tally, await reconcileGroup(ports, walk.intent, group, patience));
    after = group.name;
  }
  return { tally, continueAfter: undefined };
}

export interface Walk {
  readonly intent: SubscriptionIntent;
  readonly scope: readonly GroupSelection[];
  /** Name of the last group that an earlier stretch of this walk dealt with. */
  readonly after: string | undefined;
  readonly tally: Tally | undefined;
}

export interface WalkResult {
  readonly tally: Tally;
  readonly continueAfter: string | undefined;
}

async function listGroups(
  port: LogGroups,
  scope: readonly GroupSelection[],
): Promise<{ readonly groups: readonly LogGroup[]; readonly missing: readonly string[] }> {
  const listings = listingsFor(scope);
  const byName = new Map<string, LogGroup>();
  const missing: string[] = [];
  for (const name of listings.names) {
    const group = await port.group(name);
    if (group === undefined) missing.push(name);
    else byName.set(name, group);
  }
  for (const prefix of listings.prefixes) {
    for await (const group of port.groups(prefix)) byName.set(group.name, group);
  }
  const named = scope.flatMap((selection) => selection.names);
  const covered = [...new Set(named)].filter((name) => !byName.has(name) && !missing.includes(name));
  const groups = [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { groups, missing: [...missing, ...covered] };
}

async function reconcileGroup(
  ports: ReconcilePorts,
  intent: SubscriptionIntent,
  group: LogGroup,
  patience: Patience,
): Promise<Problem> {
  try {
    return { group: group.name, outcome: await applyPlan(ports, intent, group, patience) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const isWanted = intent.wanted !== undefined && isSelected(group.name, intent.wanted.selection);
    const outcome = isWanted ? 'put-failed' : 'removal-failed';
    return { group: group.name, outcome, error: String(error.details['error'] ?? error.code) };
  }
}

async function applyPlan(
  ports: ReconcilePorts,
  intent: SubscriptionIntent,
  group: LogGroup,
  patience: Patience,
): Promise<Outcome> {
  const filters = await ports.groups.filters(group.name);
  if (filters === undefined) return 'clear';
  let plan = planSubscription({ group, filters, tags: {} }, intent);
  if (plan.put !== undefined) {
    // Tags cost a call, so they are read only for groups about to be subscribed.
    const tags = await ports.groups.tags(group.arn);
    if (tags === undefined) return 'clear';
    plan = planSubscription({ group, filters, tags }, intent);
  }
  for (const name of plan.remove) await ports.groups.deleteFilter(group.name, name);
  const { put, displaceable, standing } = plan;
  if (put !== undefined) return putFilter(ports, { groupName: group.name, put, displaceable }, patience);
  if (standing === 'unselected') return plan.remove.length > 0 ? 'removed' : 'clear';
  return standing === 'to-put' ? 'subscribed' : standing;
}

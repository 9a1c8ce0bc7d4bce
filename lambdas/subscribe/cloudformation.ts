import type { Digest } from '../../core/ports/digest.js';
import type { FilterIdentity, Subscription } from '../../core/subscriptions/plan-subscription.js';
import type { CloudFormationResponse } from './cloudformation-response.js';
import type { FeedChange } from './publish-feeds.js';
import type { Walk, WalkResult } from './reconcile.js';
import { type CloudFormationEvent, identityOf, parseSubscription } from './request.js';
import { countOf } from './tally.js';

/**
 * What a CloudFormation event asks for. The physical id stands for the filter's identity (name and destination):
 * - same identity, other groups: the update itself removes what is not selected any more;
 * - other identity: the update only adds. CloudFormation deletes the former id once the whole stack update has
 *   succeeded, and the new id when it has not; so until then no group goes unheard.
 * A failed update keeps the former id, and the roll-back arrives as an update whose old properties are the failed ones.
 */
export function interpretEvent(event: CloudFormationEvent, digest: Digest): Interpretation {
  const now = parseSubscription(event.ResourceProperties);
  if (now.kind === 'invalid') {
    const physicalResourceId = event.PhysicalResourceId ?? 'gatewarden-invalid';
    // Nothing was ever put for properties that were refused; a deletion that fails would only jam the stack.
    if (event.RequestType === 'Delete') return answered('SUCCESS', 'nothing to remove', physicalResourceId);
    const reason = `The log groups are not configured rightly. ${now.problems.join('; ')}`;
    return answered('FAILED', reason, physicalResourceId);
  }
  const { subscription, feeds } = now;
  const physicalResourceId = physicalIdOf(subscription, digest);
  switch (event.RequestType) {
    case 'Create':
      return {
        kind: 'walk',
        subscription,
        physicalResourceId,
        walk: {
          intent: { wanted: subscription, retired: [], retire: 'now' },
          scope: [subscription.selection],
        },
        feeds: { wanted: feeds, former: [] },
      };
    case 'Update': {
      const old = parseSubscription(event.OldResourceProperties);
      const former = old.kind === 'subscription' ? [old.subscription] : [];
      const retire = physicalResourceId === event.PhysicalResourceId ? 'now' : 'later';
      const formerScope = retire === 'now' ? former.map(({ selection }) => selection) : [];
      const formerFeeds = old.kind === 'subscription' ? old.feeds.map(({ feed }) => feed) : [];
      return {
        kind: 'walk',
        subscription,
        physicalResourceId,
        walk: {
          intent: { wanted: subscription, retired: former.map(identityOf), retire },
          scope: [subscription.selection, ...formerScope],
        },
        feeds: { wanted: feeds, former: formerFeeds },
      };
    }
    case 'Delete':
      return {
        kind: 'walk',
        subscription,
        physicalResourceId: event.PhysicalResourceId ?? physicalResourceId,
        walk: {
          intent: { wanted: undefined, retired: [identityOf(subscription)], retire: 'now' },
          scope: [subscription.selection],
        },
        // The bundle belongs to the data, which stays.
        feeds: undefined,
      };
  }
}

export type Interpretation =
  | { readonly kind: 'answered'; readonly response: CloudFormationResponse }
  | {
      readonly kind: 'walk';
      readonly subscription: Subscription;
      readonly physicalResourceId: string;
      readonly walk: Pick<Walk, 'intent' | 'scope'>;
      readonly feeds: FeedChange | undefined;
    };

/** Fails only when something of ours may be left behind: a group that cannot be subscribed is reported, not fatal. */
export function toResponse(
  event: CloudFormationEvent,
  physicalResourceId: string,
  { tally, continueAfter }: WalkResult,
): CloudFormationResponse {
  const notRemoved = countOf(tally, 'removal-failed');
  const isUnfinished = continueAfter !== undefined;
  const data = {
    Subscribed: String(countOf(tally, 'subscribed', 'put')),
    SlotsFull: String(countOf(tally, 'slots-full')),
    Removed: String(countOf(tally, 'removed')),
  };
  if (notRemoved > 0 || (isUnfinished && event.RequestType === 'Delete')) {
    const rest = isUnfinished
      ? 'time ran out before the last log group'
      : `${notRemoved} log groups answered with an error`;
    const reason = `Subscription filters may be left: ${rest}. Doing the same again goes on from there; the function's log names the groups.`;
    return {
      status: 'FAILED',
      reason,
      physicalResourceId: event.PhysicalResourceId ?? physicalResourceId,
      data,
    };
  }
  return { status: 'SUCCESS', reason: 'done', physicalResourceId, data };
}

export function failed(event: CloudFormationEvent, reason: string): CloudFormationResponse {
  const physicalResourceId = event.PhysicalResourceId ?? 'gatewarden-failed';
  return { status: 'FAILED', reason, physicalResourceId, data: {} };
}

function physicalIdOf(subscription: Subscription, digest: Digest): string {
  const { filterName, destinationArn }: FilterIdentity = subscription;
  return `${filterName}@${digest.hex([filterName, destinationArn], 8)}`;
}

function answered(
  status: CloudFormationResponse['status'],
  reason: string,
  physicalResourceId: string,
): Interpretation {
  return { kind: 'answered', response: { status, reason, physicalResourceId, data: {} } };
}

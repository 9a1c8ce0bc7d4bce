import type { LogGroup, SubscriptionFilter } from '../ports/log-groups.js';
import { type GroupSelection, isSelected } from './group-selection.js';

/**
 * Decides what has to be done to one log group. Promises that no filter is touched that is not ours, and that a
 * group whose lines we write ourselves is never subscribed (its lines would feed themselves for ever).
 *
 * A filter is ours only when both its name and its destination are: a name alone anyone can use.
 */
export function planSubscription(observed: ObservedGroup, intent: SubscriptionIntent): GroupPlan {
  const { group, filters } = observed;
  const { wanted, retire } = intent;
  const retired = filters.filter((filter) => intent.retired.some((identity) => isSame(filter, identity)));
  // Retired later: until the whole update has succeeded, what stood before must go on working.
  const due = retire === 'now' ? retired : [];
  if (wanted === undefined || !isSelected(group.name, wanted.selection)) return onlyRemove('unselected', due);

  const ours = filters.find((filter) => isSame(filter, wanted));
  if (isOwnGroup(observed, wanted)) return onlyRemove('own-group', ours === undefined ? due : [...due, ours]);
  if (group.class !== 'standard') return onlyRemove('unsupported-class', due);

  const namesake = filters.find((filter) => filter.name === wanted.filterName);
  if (namesake !== undefined && namesake !== ours && !retired.includes(namesake)) {
    return onlyRemove('name-taken', due);
  }
  const desired = toFilter(wanted);
  // Ours, or a retired namesake: the put replaces it; removing it first would open a gap.
  const remove = names(due.filter((filter) => filter !== namesake));
  if (ours?.roleArn === desired.roleArn && ours?.pattern === desired.pattern) {
    return { standing: 'subscribed', remove, put: undefined, displaceable: undefined };
  }
  const displaceable = retire === 'later' ? retired.find((filter) => filter !== namesake) : undefined;
  return { standing: 'to-put', remove, put: desired, displaceable };
}

/** What makes a filter ours: its exact name and where it delivers to. */
export interface FilterIdentity {
  readonly filterName: string;
  readonly destinationArn: string;
}

export interface Subscription extends FilterIdentity {
  readonly roleArn: string | undefined;
  readonly selection: GroupSelection;
  /** Prefixes of group names that are never subscribed: our own functions write there. */
  readonly ownPrefixes: readonly string[];
}

/** A group that carries this tag (any value) is written by Gatewarden itself, in this stack or another. */
export const OWN_GROUP_TAG = 'gatewarden:own-log';

export interface ObservedGroup {
  readonly group: LogGroup;
  readonly filters: readonly SubscriptionFilter[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface SubscriptionIntent {
  /** Absent when the subscription is being removed. */
  readonly wanted: Subscription | undefined;
  /** Identities we put in the past. */
  readonly retired: readonly FilterIdentity[];
  /** `later`: someone will ask again, once it is certain that the former state is not needed any more. */
  readonly retire: 'now' | 'later';
}

/** How a group stands; `to-put` becomes what the put answers. */
export type GroupStanding =
  | 'subscribed'
  | 'to-put'
  | 'unselected'
  | 'own-group'
  | 'unsupported-class'
  /** Another filter bears our name but delivers elsewhere: putting ours would replace it. */
  | 'name-taken';

/** Removals come first: they free the slot that the put needs. */
export interface GroupPlan {
  readonly remove: readonly string[];
  readonly put: SubscriptionFilter | undefined;
  /** A retired filter of ours that may give up its slot when the put finds none free. */
  readonly displaceable: SubscriptionFilter | undefined;
  readonly standing: GroupStanding;
}

function onlyRemove(standing: GroupStanding, filters: readonly SubscriptionFilter[]): GroupPlan {
  return { standing, remove: names(filters), put: undefined, displaceable: undefined };
}

function isOwnGroup(observed: ObservedGroup, wanted: Subscription): boolean {
  return (
    Object.hasOwn(observed.tags, OWN_GROUP_TAG) ||
    wanted.ownPrefixes.some((prefix) => observed.group.name.startsWith(prefix))
  );
}

function toFilter(wanted: Subscription): SubscriptionFilter {
  const { filterName: name, destinationArn, roleArn } = wanted;
  return { name, destinationArn, roleArn, pattern: '' };
}

function isSame(filter: SubscriptionFilter, identity: FilterIdentity): boolean {
  return filter.name === identity.filterName && filter.destinationArn === identity.destinationArn;
}

function names(filters: readonly SubscriptionFilter[]): readonly string[] {
  return [...new Set(filters.map((filter) => filter.name))];
}

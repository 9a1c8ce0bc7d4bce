import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SubscriptionFilter } from '../../../../core/ports/log-groups.js';
import { listingsFor } from '../../../../core/subscriptions/group-selection.js';
import {
  type FilterIdentity,
  type ObservedGroup,
  OWN_GROUP_TAG,
  planSubscription,
  type Subscription,
} from '../../../../core/subscriptions/plan-subscription.js';

const WANTED: Subscription = {
  filterName: 'gatewarden-gate',
  destinationArn: 'arn:ours',
  roleArn: undefined,
  selection: { names: ['/named'], prefixes: ['/api/'] },
  ownPrefixes: ['/gatewarden/', '/api/own'],
};
const OURS: SubscriptionFilter = {
  name: 'gatewarden-gate',
  destinationArn: 'arn:ours',
  roleArn: undefined,
  pattern: '',
};

function group(name: string, filters: readonly SubscriptionFilter[] = [], tags = {}): ObservedGroup {
  return { group: { name, arn: `arn:${name}`, class: 'standard' }, filters, tags };
}

describe('the plan for one log group', () => {
  const intent = { wanted: WANTED, retired: [], retire: 'now' as const };

  it.each([
    ['a selected group without our filter gets it', group('/api/x'), 'to-put', 'gatewarden-gate'],
    ['a selected group that has it stays as it is', group('/api/x', [OURS]), 'subscribed', undefined],
    [
      'a changed pattern is set back',
      group('/named', [{ ...OURS, pattern: '{ $.x = 1 }' }]),
      'to-put',
      'gatewarden-gate',
    ],
    ['a group that nobody selected is left alone', group('/apis'), 'unselected', undefined],
    ['a group of ours is left alone', group('/api/own/x'), 'own-group', undefined],
    [
      'a group with our tag is left alone',
      group('/api/x', [], { [OWN_GROUP_TAG]: '' }),
      'own-group',
      undefined,
    ],
    [
      'our name on another destination is foreign',
      group('/api/x', [{ ...OURS, destinationArn: 'arn:x' }]),
      'name-taken',
      undefined,
    ],
  ])('%s', (_case, observed, standing, put) => {
    const plan = planSubscription(observed, intent);
    expect([plan.standing, plan.put?.name, plan.remove]).toEqual([standing, put, []]);
  });

  it('takes our filter off a group that feeds itself', () => {
    expect(planSubscription(group('/api/own/x', [OURS]), intent).remove).toEqual(['gatewarden-gate']);
  });

  it('removes nothing before the update is certain, and then what is not wanted any more', () => {
    const retired = [{ filterName: 'former', destinationArn: 'arn:ours' }];
    const former = { ...OURS, name: 'former' };
    const later = planSubscription(group('/api/x', [former]), { wanted: WANTED, retired, retire: 'later' });
    expect(later).toMatchObject({
      remove: [],
      put: { name: 'gatewarden-gate' },
      displaceable: { name: 'former' },
    });
    const now = planSubscription(group('/api/x', [former]), { wanted: WANTED, retired, retire: 'now' });
    expect(now).toMatchObject({ remove: ['former'], put: { name: 'gatewarden-gate' } });
    expect(
      planSubscription(group('/api/x', [former]), { wanted: undefined, retired, retire: 'now' }).remove,
    ).toEqual(['former']);
  });

  it('never removes or replaces a filter that is not ours, whatever its name', () => {
    const name = fc.constantFrom('gatewarden-gate', 'former', 'x', 'y');
    const arn = fc.constantFrom('arn:ours', 'arn:former', 'arn:x');
    const identity: fc.Arbitrary<FilterIdentity> = fc.record({ filterName: name, destinationArn: arn });
    const filters = fc.uniqueArray(
      fc.record({ name, destinationArn: arn, roleArn: fc.constant(undefined), pattern: fc.constant('') }),
      {
        selector: (filter) => filter.name,
      },
    );
    const cases = fc.record({
      filters,
      groupName: fc.constantFrom('/api/x', '/named', '/api/own/x', '/other'),
      wanted: fc.option(fc.constant(WANTED), { nil: undefined }),
      retired: fc.array(identity, { maxLength: 2 }),
      retire: fc.constantFrom('now' as const, 'later' as const),
    });
    fc.assert(
      fc.property(cases, ({ filters: present, groupName, wanted, retired, retire }) => {
        const plan = planSubscription(group(groupName, present), { wanted, retired, retire });
        const mine = [...retired, ...(wanted === undefined ? [] : [wanted])];
        const touched = [...plan.remove, ...(plan.put === undefined ? [] : [plan.put.name])];
        for (const filter of present.filter((candidate) => touched.includes(candidate.name))) {
          expect(
            mine.some((id) => id.filterName === filter.name && id.destinationArn === filter.destinationArn),
          ).toBe(true);
        }
      }),
    );
  });
});

it('lists each group once: a prefix covers narrower prefixes and names', () => {
  const listings = listingsFor([
    { names: ['/api/x', '/web'], prefixes: ['/api/', '/api/internal'] },
    { names: ['/web'], prefixes: ['/batch', '/api/'] },
  ]);
  expect(listings).toEqual({ names: ['/web'], prefixes: ['/api/', '/batch'] });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  DESTINATION,
  OWN_GROUP,
  properties,
  type SubscribeStack,
  startSubscribeStack,
} from '../../../support/control-plane/subscribe-stack.js';

const OURS = 'gatewarden-gate';
const FOREIGN = { 'other-tool': 'arn:aws:lambda:eu-west-1:123456789012:function:other' };
const NEW_DESTINATION = `${DESTINATION}-2`;

let stack: SubscribeStack;
beforeEach(async () => {
  stack = await startSubscribeStack();
  for (const name of ['/api/a', '/api/b', '/api/c', '/web/a', '/web/b']) {
    stack.plane.addGroup(name, { filters: FOREIGN });
  }
});
afterEach(async () => stack.stop());

/** Every filter but the foreign ones, which must all still be there. */
function ours(): readonly string[] {
  const all = stack.plane.everyFilter();
  const foreign = all.filter((line) => line.includes(' other-tool '));
  expect(foreign).toHaveLength(5);
  return all.filter((line) => !line.includes(' other-tool ')).sort();
}

describe('creating the stack', () => {
  it('puts one filter on every group that the names and prefixes select, over several pages', async () => {
    const response = await stack.create(properties({ Names: ['/web/b'], Prefixes: ['/api/'] }));

    expect(response).toMatchObject({ status: 'SUCCESS', data: { Subscribed: '4', SlotsFull: '0' } });
    expect(ours()).toEqual(
      ['/api/a', '/api/b', '/api/c', '/web/b'].map((group) => `${group} ${OURS} ${DESTINATION}`),
    );
  });

  it('answers success and reports the groups whose filter slots are full, at two and at five', async () => {
    stack.plane.addGroup('/full/two', { filters: { x: 'arn:x', y: 'arn:y' } });
    expect(await stack.create(properties({ Names: ['/full/two'] }))).toMatchObject({
      status: 'SUCCESS',
      data: { Subscribed: '0', SlotsFull: '1' },
    });
    expect(stack.plane.filtersOf('/full/two')).toEqual({ x: 'arn:x', y: 'arn:y' });

    stack.plane.behaviour.slots = 5;
    const four = Object.fromEntries([1, 2, 3, 4].map((n) => [`f${n}`, 'arn:x']));
    stack.plane.addGroup('/full/four', { filters: four });
    stack.plane.addGroup('/full/five', { filters: { ...four, f5: 'arn:x' } });
    const response = await stack.create(properties({ Prefixes: ['/full/f'] }));
    expect(response).toMatchObject({ status: 'SUCCESS', data: { Subscribed: '1', SlotsFull: '1' } });
    expect(stack.reports.at(-1)?.tally.problems).toEqual([{ group: '/full/five', outcome: 'slots-full' }]);
  });

  it('waits until the invoke permission is in force', async () => {
    stack.plane.behaviour.refusedPuts = 3;
    const startMs = stack.time.nowMs;
    expect(await stack.create(properties({ Prefixes: ['/api/'] }))).toMatchObject({ status: 'SUCCESS' });
    expect(ours()).toHaveLength(3);
    expect(stack.time.nowMs - startMs).toBeGreaterThanOrEqual(14_000);
  });

  it('reports a permission that never comes, without waiting for it once a group', async () => {
    stack.plane.behaviour.refusedPuts = Number.POSITIVE_INFINITY;
    const startMs = stack.time.nowMs;
    expect(await stack.create(properties({ Prefixes: ['/api/', '/web/'] }))).toMatchObject({
      status: 'SUCCESS',
    });
    expect(stack.reports.at(-1)?.tally.counts).toEqual({ 'not-permitted': 5 });
    expect(stack.time.nowMs - startMs).toBeLessThan(120_000);
  });

  it('never subscribes a group that Gatewarden writes itself, known by prefix or by tag', async () => {
    stack.plane.addGroup('/aws/lambda/elsewhere', { tags: { 'gatewarden:own-log': 'ingest' } });
    stack.plane.addGroup('/gatewarden/other-stack/ingest');
    await stack.create(properties({ Prefixes: ['/aws/', '/g'] }));
    expect(ours()).toEqual([]);
    expect(stack.reports.at(-1)?.tally.counts).toEqual({ 'own-group': 3 });
  });

  it('skips and reports groups of a class that takes no filters, and names that do not exist', async () => {
    stack.plane.addGroup('/cold', { class: 'INFREQUENT_ACCESS' });
    const response = await stack.create(properties({ Names: ['/cold', '/nowhere'] }));
    expect(response?.status).toBe('SUCCESS');
    expect(stack.reports.at(-1)?.tally.problems).toEqual([
      { group: '/nowhere', outcome: 'missing' },
      { group: '/cold', outcome: 'unsupported-class' },
    ]);
  });

  it('leaves a foreign filter alone that happens to bear our name', async () => {
    stack.plane.addGroup('/namesake', {
      filters: { [OURS]: 'arn:aws:lambda:eu-west-1:123456789012:function:x' },
    });
    await stack.create(properties({ Names: ['/namesake'] }));
    expect(stack.plane.filtersOf('/namesake')).toEqual({
      [OURS]: 'arn:aws:lambda:eu-west-1:123456789012:function:x',
    });
    expect(stack.reports.at(-1)?.tally.problems).toEqual([{ group: '/namesake', outcome: 'name-taken' }]);
  });

  it('gets through throttling', async () => {
    stack.plane.behaviour.throttledCalls = 5;
    expect(await stack.create(properties({ Prefixes: ['/api/'] }))).toMatchObject({ status: 'SUCCESS' });
    expect(ours()).toHaveLength(3);
  });

  it('goes on past a group it is denied, and reports it', async () => {
    stack.plane.behaviour.denies = (operation, group) =>
      operation === 'PutSubscriptionFilter' && group === '/api/b';
    expect(await stack.create(properties({ Prefixes: ['/api/'] }))).toMatchObject({
      status: 'SUCCESS',
      data: { Subscribed: '2' },
    });
    expect(stack.reports.at(-1)?.tally.problems).toEqual([
      { group: '/api/b', outcome: 'put-failed', error: 'AccessDeniedException' },
    ]);
  });

  it('fails on a wrong configuration, naming everything that is wrong, before it touches anything', async () => {
    const response = await stack.create(properties({ Names: ['/api/*'], DestinationArn: 'somewhere' }));
    expect(response?.status).toBe('FAILED');
    expect(response?.reason).toContain('DestinationArn');
    expect(response?.reason).toContain('"/api/*" is not a log group name');
    expect(stack.plane.calls).toEqual([]);
    // CloudFormation now deletes what it believes was created.
    const id = response?.physicalResourceId ?? '';
    expect(await stack.remove(id, properties({ Names: ['/api/*'] }))).toMatchObject({ status: 'SUCCESS' });
  });

  it('answers CloudFormation even when it may not even list the groups', async () => {
    stack.plane.behaviour.denies = (operation) => operation === 'DescribeLogGroups';
    const response = await stack.create(properties({ Prefixes: ['/api/'] }));
    expect(response).toMatchObject({ status: 'FAILED' });
    expect(response?.reason).toContain('AccessDeniedException');
    expect(stack.faults).toHaveLength(1);
  });
});

describe('what the deployment says of its feeds', () => {
  const described = properties({
    Names: ['/api/a'],
    Feeds: [{ Feed: '/api/a', ApiId: 'a1b2c3', Stage: 'prod' }],
  });

  it('is published once on creation and on update, with the names it replaces', async () => {
    const id = (await stack.create(described))?.physicalResourceId ?? '';
    await stack.update(id, properties({ Names: ['/api/a'] }), described);
    await stack.remove(id, described);
    expect(stack.feedChanges).toEqual([
      {
        wanted: [expect.objectContaining({ feed: '/api/a', apiId: 'a1b2c3', trust: 'gateway' })],
        former: [],
      },
      { wanted: [expect.objectContaining({ feed: '/api/a', apiId: undefined })], former: ['/api/a'] },
    ]);
  });

  it('names every selected group and prefix as the gateway’s, so that no other is taken for it', async () => {
    await stack.create(properties({ Names: ['/api/a'], Prefixes: ['/web/'] }));
    expect(stack.feedChanges).toEqual([
      {
        wanted: [
          expect.objectContaining({ feed: '/api/a', trust: 'gateway' }),
          expect.objectContaining({ feed: '/web/*', trust: 'gateway' }),
        ],
        former: [],
      },
    ]);
  });
});

describe('updating the stack', () => {
  const wide = properties({ Prefixes: ['/api/', '/web/'] });
  const narrow = properties({ Names: ['/api/a'] });

  it('removes our filters, and only ours, from groups that are not selected any more', async () => {
    const created = await stack.create(wide);
    const updated = await stack.update(created?.physicalResourceId ?? '', narrow, wide);
    expect(updated).toMatchObject({ status: 'SUCCESS', data: { Removed: '4' } });
    expect(updated?.physicalResourceId).toBe(created?.physicalResourceId);
    expect(ours()).toEqual([`/api/a ${OURS} ${DESTINATION}`]);
  });

  it('brings the former state back when the stack rolls a narrowing back', async () => {
    const created = await stack.create(wide);
    const id = created?.physicalResourceId ?? '';
    const before = ours();
    await stack.update(id, narrow, wide);
    expect(await stack.update(id, wide, narrow)).toMatchObject({ status: 'SUCCESS' });
    expect(ours()).toEqual(before);
  });

  const renamed = properties({ ...wide, FilterName: 'gatewarden-renamed' });

  it('adds under the new name first and removes the former name only when the stack cleans up', async () => {
    stack.plane.behaviour.slots = 5;
    const created = await stack.create(wide);
    const updated = await stack.update(created?.physicalResourceId ?? '', renamed, wide);
    expect(updated?.physicalResourceId).not.toBe(created?.physicalResourceId);
    expect(ours()).toHaveLength(10);
    await stack.remove(created?.physicalResourceId ?? '', wide);
    expect(ours().every((line) => line.includes(' gatewarden-renamed '))).toBe(true);
    expect(ours()).toHaveLength(5);
  });

  it('hands its own slot over on a rename when no other is free', async () => {
    const created = await stack.create(wide);
    await stack.update(created?.physicalResourceId ?? '', renamed, wide);
    await stack.remove(created?.physicalResourceId ?? '', wide);
    expect(ours()).toHaveLength(5);
    expect(ours().every((line) => line.includes(' gatewarden-renamed '))).toBe(true);
  });

  it('leaves the former state after a rename that the stack rolls back', async () => {
    for (const slots of [2, 5]) {
      stack.plane.behaviour.slots = slots;
      const created = await stack.create(wide);
      const before = ours();
      const updated = await stack.update(created?.physicalResourceId ?? '', renamed, wide);
      const back = await stack.update(updated?.physicalResourceId ?? '', wide, renamed);
      expect(back?.physicalResourceId).toBe(created?.physicalResourceId);
      await stack.remove(updated?.physicalResourceId ?? '', renamed);
      expect(ours()).toEqual(before);
      await stack.remove(created?.physicalResourceId ?? '', wide);
    }
  });

  it('changes nothing when the new configuration is refused, nor when that is rolled back', async () => {
    const refused = properties({ ...renamed, Names: ['/api/*'] });
    const created = await stack.create(wide);
    const id = created?.physicalResourceId ?? '';
    const before = ours();
    expect(await stack.update(id, refused, wide)).toMatchObject({ status: 'FAILED', physicalResourceId: id });
    expect(ours()).toEqual(before);
    expect(await stack.update(id, wide, refused)).toMatchObject({
      status: 'SUCCESS',
      physicalResourceId: id,
    });
    expect(ours()).toEqual(before);
  });

  it('removes what a failed rename had put when the stack rolls it back under the former id', async () => {
    stack.plane.behaviour.slots = 5;
    const created = await stack.create(wide);
    const id = created?.physicalResourceId ?? '';
    const before = ours();
    await stack.update(id, renamed, wide);
    // The answer never reached CloudFormation, so the former id stays in force.
    await stack.update(id, wide, renamed);
    expect(ours()).toEqual(before);
  });

  it('follows a replaced function under the same filter name, without a gap', async () => {
    const moved = properties({ Prefixes: ['/api/', '/web/'], DestinationArn: NEW_DESTINATION });
    const created = await stack.create(wide);
    stack.plane.calls.length = 0;
    await stack.update(created?.physicalResourceId ?? '', moved, wide);
    await stack.remove(created?.physicalResourceId ?? '', wide);
    expect(ours()).toHaveLength(5);
    expect(ours().every((line) => line.endsWith(NEW_DESTINATION))).toBe(true);
    expect(stack.plane.calls.filter((call) => call.startsWith('DeleteSubscriptionFilter'))).toEqual([]);
  });

  it('fails a narrowing whose removal is denied, so that no filter is forgotten', async () => {
    const created = await stack.create(wide);
    stack.plane.behaviour.denies = (operation, group) =>
      operation === 'DeleteSubscriptionFilter' && group === '/web/a';
    const updated = await stack.update(created?.physicalResourceId ?? '', narrow, wide);
    expect(updated).toMatchObject({ status: 'FAILED', physicalResourceId: created?.physicalResourceId });
  });
});

describe('deleting the stack', () => {
  it('leaves none of ours and touches no foreign filter', async () => {
    const wanted = properties({ Prefixes: ['/api/', '/web/'] });
    const created = await stack.create(wanted);
    stack.plane.addGroup('/api/late', { filters: {} });
    await stack.hourly(wanted);
    expect(ours()).toHaveLength(6);
    expect(await stack.remove(created?.physicalResourceId ?? '', wanted)).toMatchObject({
      status: 'SUCCESS',
    });
    expect(ours()).toEqual([]);
    expect(await stack.remove(created?.physicalResourceId ?? '', wanted)).toMatchObject({
      status: 'SUCCESS',
    });
  });

  it('fails when a removal is denied, so that the deletion can be repeated', async () => {
    const wanted = properties({ Prefixes: ['/api/'] });
    const id = (await stack.create(wanted))?.physicalResourceId ?? '';
    stack.plane.behaviour.denies = (operation, group) =>
      operation === 'DeleteSubscriptionFilter' && group === '/api/b';
    expect(await stack.remove(id, wanted)).toMatchObject({ status: 'FAILED', physicalResourceId: id });
    stack.plane.behaviour.denies = () => false;
    expect(await stack.remove(id, wanted)).toMatchObject({ status: 'SUCCESS' });
    expect(ours()).toEqual([]);
  });

  it('is not undone by an hourly run that was under way', async () => {
    const wanted = properties({ Prefixes: ['/api/'] });
    const id = (await stack.create(wanted))?.physicalResourceId ?? '';
    stack.plane.addGroup('/api/late');
    let deletion: Promise<unknown> | undefined;
    stack.plane.onCall = (operation, group) => {
      if (operation === 'PutSubscriptionFilter' && group === '/api/late') {
        stack.plane.onCall = () => undefined;
        deletion = stack.remove(id, wanted);
      }
    };
    await stack.hourly(wanted);
    await deletion;
    await stack.hourly(wanted);
    expect(stack.plane.tagsOf(OWN_GROUP)['gatewarden:subscription']).toBe('retired');
    expect(ours()).toEqual([]);
  });
});

describe('the hourly run', () => {
  const wanted = properties({ Prefixes: ['/api/'] });

  it('subscribes new groups and changes nothing else', async () => {
    await stack.create(wanted);
    await stack.hourly(wanted);
    stack.plane.calls.length = 0;
    await stack.hourly(wanted);
    expect(stack.plane.calls.filter((call) => /^(Put|Delete|Tag)/.test(call))).toEqual([]);
    stack.plane.addGroup('/api/new');
    await stack.hourly(wanted);
    expect(stack.plane.filtersOf('/api/new')).toEqual({ [OURS]: DESTINATION });
  });

  it('puts back a filter of ours that somebody removed', async () => {
    await stack.create(wanted);
    stack.plane.addGroup('/api/a', { filters: FOREIGN });
    await stack.hourly(wanted);
    expect(ours()).toHaveLength(3);
  });

  it('keeps within five calls a second of each kind', async () => {
    for (let n = 0; n < 60; n += 1) stack.plane.addGroup(`/many/${n}`);
    const startMs = stack.time.nowMs;
    await stack.create(properties({ Prefixes: ['/many/'] }));
    const puts = stack.plane.calls.filter((call) => call.startsWith('PutSubscriptionFilter')).length;
    expect(puts).toBe(60);
    expect(stack.time.nowMs - startMs).toBeGreaterThanOrEqual(((60 - 5) / 5) * 1000);
  });

  it('goes on in further invocations when one does not suffice, and answers once', async () => {
    for (let n = 0; n < 60; n += 1) stack.plane.addGroup(`/many/${String(n).padStart(2, '0')}`);
    stack.time.invocationMs = 126_000;
    const many = properties({ Prefixes: ['/many/'] });
    expect(await stack.create(many)).toMatchObject({ status: 'SUCCESS', data: { Subscribed: '60' } });
    expect(stack.reports).toHaveLength(1);
    expect(stack.reports[0]?.round).toBeGreaterThan(1);
  });

  it('refuses an input it cannot read, so that the alarm on errors rings', async () => {
    await expect(stack.hourly({ FilterName: 'x' })).rejects.toThrow('environment.invalid');
    await expect(stack.invoke({ something: 'else' })).rejects.toThrow('payload.unreadable');
  });
});

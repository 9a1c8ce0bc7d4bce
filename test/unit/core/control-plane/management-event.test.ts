import { describe, expect, it } from 'vitest';
import { isCloudTrailRecord, readManagementEvent } from '../../../../core/control-plane/management-event.js';
import { managementRecord } from './management-record.js';

describe('a CloudTrail record', () => {
  it('is an event under its own id and time, with the whole record', () => {
    const record = managementRecord({ eventID: 'e1', eventTime: '2026-03-03T10:00:00Z' });
    expect(readManagementEvent(record)).toEqual({
      kind: 'event',
      event: { id: 'e1', timeMs: Date.UTC(2026, 2, 3, 10), record },
    });
  });

  it.each(['Data', 'Insight', 'NetworkActivity'])(
    'of category %s is no management event',
    (eventCategory) => {
      expect(readManagementEvent(managementRecord({ eventCategory }))).toEqual({
        kind: 'other',
        category: eventCategory,
      });
    },
  );

  it('that is none is told with all that is wrong with it', () => {
    const read = readManagementEvent({ eventID: 7, eventTime: 'yesterday', eventName: '' });
    expect(read).toMatchObject({ kind: 'malformed' });
    if (read.kind !== 'malformed') return;
    expect(read.problems.map((problem) => problem.split(':')[0])).toEqual([
      'eventID',
      'eventTime',
      'eventSource',
      'eventName',
    ]);
  });

  it.each([
    ['no object', undefined],
    ['a list', [managementRecord({})]],
    ['a time in no zone we read', managementRecord({ eventTime: '2026-03-03T10:00:00+05' })],
    ['an id longer than any', managementRecord({ eventID: 'x'.repeat(2_000) })],
  ])('with %s is malformed', (_, record) => {
    expect(readManagementEvent(record)).toMatchObject({ kind: 'malformed' });
  });

  it('is told from the events of queues, streams and buckets', () => {
    expect(isCloudTrailRecord(managementRecord({}))).toBe(true);
    expect(isCloudTrailRecord(managementRecord({ eventSource: 'aws:kinesis' }))).toBe(false);
    expect(isCloudTrailRecord({ message: 'x' })).toBe(false);
    expect(isCloudTrailRecord(undefined)).toBe(false);
  });
});

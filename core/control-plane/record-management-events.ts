import type { Arrival } from '../alerts/lateness.js';
import type { CompiledBundle } from '../ingest/compiled-bundle.js';
import { type JudgeDeps, type Judged, judgeRecords } from '../ingest/judge-records.js';
import type { TrailEvent, TrailStore } from '../ports/trail-store.js';
import type { ManagementEvent } from './management-event.js';
import { redactEvent } from './redact-event.js';

export interface ManagementPorts {
  readonly trail: Pick<TrailStore, 'record'>;
  readonly judge: JudgeDeps;
}

/** Writes to the trail under way at once. */
const AT_ONCE = 25;

/**
 * Records management events: each goes to the trail, in a few words, then to the rules, redacted. Like everything that is
 * recorded they may come any number of times, in any order.
 */
export async function recordManagementEvents(
  input: {
    readonly events: AsyncIterable<ManagementEvent> | Iterable<ManagementEvent>;
    readonly arrival: Arrival;
  },
  compiled: Pick<CompiledBundle, 'bundle' | 'detector' | 'sampler' | 'redactor'>,
  { trail, judge }: ManagementPorts,
): Promise<Judged> {
  async function* logged(): AsyncGenerator<readonly ManagementEvent[]> {
    for await (const some of inGroups(input.events)) {
      await Promise.all(some.map((event) => trail.record(trailEvent(event))));
      yield some.map((event) => ({ ...event, record: redactEvent(event.record, compiled.redactor) }));
    }
  }
  return judgeRecords({ feed: 'cloudtrail', batches: logged(), arrival: input.arrival }, compiled, judge);
}

async function* inGroups<T>(items: AsyncIterable<T> | Iterable<T>): AsyncGenerator<readonly T[]> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < AT_ONCE) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** Who did what, when and to what; the whole event is in CloudTrail's own log. */
function trailEvent({ id, timeMs, record }: ManagementEvent): TrailEvent {
  const identity = recordOf(record['userIdentity']);
  const parameters = recordOf(record['requestParameters']);
  const details = {
    eventSource: record['eventSource'],
    eventName: record['eventName'],
    accountId: record['recipientAccountId'],
    region: record['awsRegion'],
    who: identity['arn'] ?? identity['invokedBy'] ?? identity['type'],
    sourceIp: record['sourceIPAddress'],
    apiId: parameters['restApiId'] ?? parameters['apiId'],
    stage: parameters['stageName'],
    // Set where the attempt was refused or failed.
    errorCode: record['errorCode'],
  };
  return {
    id,
    timeMs,
    kind: 'management-event',
    details: Object.fromEntries(
      Object.entries(details).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    ),
  };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

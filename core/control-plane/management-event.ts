import * as v from 'valibot';

/** A CloudTrail management event, as far as Gatewarden needs to know it; the record is whole. */
export interface ManagementEvent {
  /** CloudTrail's `eventID`: the same wherever and however often the event comes. */
  readonly id: string;
  readonly timeMs: number;
  readonly record: Readonly<Record<string, unknown>>;
}

export type ReadEvent =
  | { readonly kind: 'event'; readonly event: ManagementEvent }
  /** Data and insight events: there are too many of the one, and the other tells of no single change. */
  | { readonly kind: 'other'; readonly category: string }
  | { readonly kind: 'malformed'; readonly problems: readonly string[] };

/** Longer than any name, id or address that CloudTrail writes; what claims more is no such event. */
const NAME_MAX = 1_024;

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(NAME_MAX));
const instant = v.pipe(
  v.string(),
  v.isoTimestamp(({ received }) => `Invalid time: expected ISO 8601 in UTC but received ${received}`),
  v.transform((text) => Date.parse(text)),
  // ISO 8601 knows zones (`+05`) that `Date.parse` does not.
  v.finite('Invalid time: expected ISO 8601 in UTC'),
);
const managementEvent = v.looseObject({
  eventID: name,
  eventTime: instant,
  eventSource: name,
  eventName: name,
  eventCategory: v.optional(name, 'Management'),
});

/** One CloudTrail record, parsed and trusted in nothing. Problems name the members at fault, all at once. */
export function readManagementEvent(record: unknown): ReadEvent {
  const parsed = v.safeParse(managementEvent, record);
  if (!parsed.success) {
    const problems = parsed.issues.map(
      (issue) => `${v.getDotPath(issue) ?? 'event'}: ${issue.message.slice(0, PROBLEM_MAX)}`,
    );
    return { kind: 'malformed', problems };
  }
  const { eventID, eventTime, eventCategory } = parsed.output;
  if (eventCategory !== 'Management') return { kind: 'other', category: eventCategory };
  const event = { id: eventID, timeMs: eventTime, record: record as Readonly<Record<string, unknown>> };
  return { kind: 'event', event };
}

const PROBLEM_MAX = 200;

/** Whether a JSON value looks like a record of CloudTrail: nobody else names an AWS service and an event so. */
export function isCloudTrailRecord(value: unknown): boolean {
  return v.is(marks, value);
}

const marks = v.looseObject({
  eventVersion: v.string(),
  eventSource: v.pipe(v.string(), v.endsWith('.amazonaws.com')),
  eventName: v.string(),
  eventTime: v.string(),
});

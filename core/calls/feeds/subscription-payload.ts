import type { Digest } from '../../ports/digest.js';
import type { Trust } from '../api-call.js';
import { payloadDigest } from '../call-identity.js';
import type { CallNormaliser } from '../call-normaliser.js';
import { maskedSample } from '../format/masked-sample.js';
import { LATEST_TIME_MS } from '../request-time.js';
import { cutName } from './cut-name.js';
import type { DecodedBatch } from './decoded-batch.js';
import { parseExecutionGroup } from './execution-line.js';
import { asImported, type Feed, type FeedRegistry, FUNCTION_GROUPS } from './feed-registry.js';
import { arrayOf, asObject, type JsonObject, memberOf, numberOf, stringOf } from './json-value.js';
import { createGroupReader, type RecordReaderOptions } from './record-reader.js';
import { type SplitRequest, toSplitRequest } from './split-request.js';

export interface PayloadContext {
  readonly registry: FeedRegistry;
  readonly normaliser: CallNormaliser;
  readonly digest: Digest;
  readonly onLine: RecordReaderOptions['onLine'];
  /** Payloads come from a file, and with them the name of the log group: whatever it is, none is the gateway's word. */
  readonly trust?: 'file' | undefined;
}

/**
 * Whether parsed JSON is what CloudWatch Logs sends to the target of a subscription filter. An unknown member makes it
 * something else: an access log line in JSON, say, into which a caller's user agent wrote `logEvents`.
 */
export function isSubscriptionPayload(value: JsonObject): boolean {
  return (
    arrayOf(value, 'logEvents') !== undefined &&
    ['messageType', 'owner', 'logGroup'].every((name) => typeof memberOf(value, name) === 'string') &&
    Object.keys(value).every((name) => MEMBERS.has(name))
  );
}

/** CloudWatch's own, with the system fields that a filter may be told to send along. */
const MEMBERS: ReadonlySet<string> = new Set([
  'messageType',
  'owner',
  'logGroup',
  'logStream',
  'subscriptionFilters',
  'logEvents',
  'policyLevel',
  'extractedFields',
  '@aws.account',
  '@aws.region',
  '@source.log',
]);

/** Decodes one subscription payload that `isSubscriptionPayload` accepted. Never throws on its content. */
export function decodeSubscriptionPayload(payload: JsonObject, context: PayloadContext): DecodedBatch {
  const logStream = nameOf(payload, 'logStream');
  const events = arrayOf(payload, 'logEvents') ?? [];
  const eventIds = events.map((event, at) => eventIdOf(event, at, context.digest));
  const head = subscriptionHead(payload, eventIds, context);
  if (head.control) return { ...head, kind: 'access-log', calls: [], sources: [], rejected: [] };

  const feed = feedOf(payload, context);
  const reader = createGroupReader(feed, context);
  for (let at = 0; at < events.length; at++) {
    const event = asObject(events[at]);
    const message = memberOf(event, 'message');
    const eventId = eventIds[at];
    if (typeof message !== 'string') {
      const body = excerpt(events[at]);
      const reason = 'a log event without a message';
      reader.reject({ record: at + 1, reason, sample: maskedSample(body), body });
      continue;
    }
    reader.push({
      record: at + 1,
      eventId,
      timeMs: eventTimeOf(numberOf(event, 'timestamp')),
      position: `${logStream}/${eventId}`,
      text: message.endsWith('\n') ? message.trimEnd() : message,
    });
  }
  const read = reader.take(true);
  const split = new Map<number, SplitRequest>();
  for (const [at, request] of reader.partial) {
    if (split.size === MOST_SPLIT) break;
    const place = { owner: nameOf(payload, 'owner'), logStream };
    const part = toSplitRequest(request, feed.context, place, context.normaliser);
    if (part !== undefined) split.set(at, part);
  }
  return { ...head, ...read, ...(split.size > 0 && { split }) };
}

/** Requests that are under way at one moment in one log stream. A call beyond is taken for whole. */
const MOST_SPLIT = 1_000;

/** What a batch says of its payload. */
export function subscriptionHead(
  payload: JsonObject,
  eventIds: readonly string[],
  context: Pick<PayloadContext, 'digest' | 'trust'>,
): Pick<DecodedBatch, 'feed' | 'digest' | 'control' | 'records'> {
  const named = nameOf(payload, 'owner');
  // A payload of the same names and ids, but out of a file, must not stand for one that CloudWatch sent.
  const owner = context.trust === 'file' ? `file:${named}` : named;
  const logGroup = nameOf(payload, 'logGroup');
  const logStream = nameOf(payload, 'logStream');
  return {
    feed: logGroup,
    digest: payloadDigest({ owner, logGroup, logStream, eventIds }, context.digest),
    control: stringOf(payload, 'messageType') === 'CONTROL_MESSAGE',
    records: eventIds.length,
  };
}

/**
 * Only what the configuration names and execution logs are API Gateway's own word. Anybody may subscribe any group; and whoever
 * runs code writes into a function's log group what it likes, which is no more to be trusted than a client.
 */
export function feedOf(payload: JsonObject, context: Pick<PayloadContext, 'registry' | 'trust'>): Feed {
  const owner = nameOf(payload, 'owner');
  const logGroup = nameOf(payload, 'logGroup');
  const execution = parseExecutionGroup(logGroup);
  const feed = context.registry.feed(logGroup, {
    trust: trustOf(logGroup, execution !== undefined),
    accountId: /^\d{12}$/.test(owner) ? owner : undefined,
    apiId: execution?.apiId,
    stage: execution?.stage,
  });
  // The configuration trusts the log group of that name, not whoever writes the name into a file.
  return context.trust === 'file' ? asImported(feed) : feed;
}

function trustOf(logGroup: string, isExecution: boolean): Trust {
  if (logGroup.startsWith(FUNCTION_GROUPS)) return 'client';
  return isExecution ? 'gateway' : 'unknown';
}

/** The name of an owner, a log group or a log stream, of the length that a name may have. */
export function nameOf(payload: JsonObject, member: 'owner' | 'logGroup' | 'logStream'): string {
  return cutName(stringOf(payload, member) ?? '');
}

/** What an event says of its time, or 0: a number that is no time is none that a store could hold. */
export function eventTimeOf(timestamp: number | undefined): number {
  return timestamp !== undefined && timestamp >= 0 && timestamp <= LATEST_TIME_MS ? Math.trunc(timestamp) : 0;
}

/** CloudWatch gives each event an id; one without is known by its content and place. */
function eventIdOf(event: unknown, at: number, digest: Digest): string {
  const object = asObject(event);
  const id = stringOf(object, 'id');
  if (id !== undefined && id.length <= 128) return id;
  return digest.hex(
    ['event', String(at), stringOf(object, 'timestamp') ?? '', stringOf(object, 'message') ?? ''],
    16,
  );
}

/** A malformed event as text, without recursing into what may be 100,000 levels deep. */
function excerpt(event: unknown): string {
  if (typeof event !== 'object' || event === null) return String(event);
  return `{${Object.keys(event).slice(0, 32).join(', ')}}`;
}

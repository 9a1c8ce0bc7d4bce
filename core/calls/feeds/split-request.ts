import type { ApiCall } from '../api-call.js';
import type { CallNormaliser } from '../call-normaliser.js';
import type { FeedContext } from '../feed-context.js';
import { redactExecutionText } from './execution-line-redaction.js';
import { createExecutionAssembler } from './execution-log.js';
import type { NumberedCall, RequestStanding } from './numbered-call.js';

/** One line of a request, as it may wait: redacted, and known by the id of its log event. */
export interface WaitingLine {
  readonly eventId: string;
  readonly timeMs: number;
  /** Without the request id before it. */
  readonly text: string;
}

/** What one payload holds of a request whose other lines, if there are any, came or will come in another. */
export interface SplitRequest {
  /** Hash over owner, log group, log stream and request id: the same for all parts of the request, and of others of that id. */
  readonly key: string;
  readonly requestId: string;
  readonly logStream: string;
  readonly feed: FeedContext;
  readonly lines: readonly WaitingLine[];
}

export interface JoinedCall {
  readonly call: ApiCall;
  readonly standing: RequestStanding;
  /** Event ids of its lines. */
  readonly eventIds: ReadonlySet<string>;
}

/** Lines of a request that one payload may make wait; the log of one request has some 30. */
const MOST_LINES = 128;

export function toSplitRequest(
  numbered: NumberedCall,
  feed: FeedContext,
  place: { readonly owner: string; readonly logStream: string },
  { redactor, digest }: Pick<CallNormaliser, 'redactor' | 'digest'>,
): SplitRequest | undefined {
  const [first] = numbered.lines;
  const requestId = /^\(([^)]+)\)/.exec(first?.text ?? '')?.[1];
  if (requestId === undefined) return undefined;
  const { owner, logStream } = place;
  const lines = numbered.lines.slice(0, MOST_LINES).flatMap(({ eventId, timeMs, text }) => {
    const rest = text.slice(requestId.length + 2).replace(/^ /, '');
    return eventId === undefined
      ? []
      : [{ eventId, timeMs, text: redactExecutionText(rest, redactor, digest) }];
  });
  const key = digest.hex(['request', owner, feed.feed, logStream, requestId], 16);
  return { key, requestId, logStream, feed, lines };
}

/**
 * The calls that all known lines of a request id tell of, whatever payloads brought them, in whatever order and how often. A pure
 * function of the set of lines: they are put into the order in which CloudWatch took them in.
 */
export function joinRequest(
  request: SplitRequest,
  lines: readonly WaitingLine[],
  normaliser: CallNormaliser,
): readonly JoinedCall[] {
  const byId = new Map(lines.map((line) => [line.eventId, line]));
  const ordered = [...byId.values()].sort(byArrival);
  const assembler = createExecutionAssembler(request.feed, normaliser);
  ordered.forEach(({ eventId, timeMs, text }, at) => {
    const position = `${request.logStream}/${eventId}`;
    assembler.push({ record: at, eventId, timeMs, position, text: `(${request.requestId}) ${text}` });
  });
  return assembler.drain(true).map(({ call, standing, lines: own }) => ({
    call,
    standing,
    eventIds: new Set(own.flatMap(({ eventId }) => eventId ?? [])),
  }));
}

/** Whether nothing but ids of other systems is there, which the gateway prints behind the status: they tell nothing of the call. */
export function isOnlyTrailing({ lines }: SplitRequest): boolean {
  return lines.every(({ text }) => text === '' || TRAILING.test(text));
}

const TRAILING = /^(?:AWS Integration|X-ray)\b/;

/** Event ids are decimal numbers that grow with time; of one length as a rule. */
function byArrival(a: WaitingLine, b: WaitingLine): number {
  if (a.timeMs !== b.timeMs) return a.timeMs - b.timeMs;
  if (a.eventId.length !== b.eventId.length) return a.eventId.length - b.eventId.length;
  return a.eventId < b.eventId ? -1 : 1;
}

import type { CallNormaliser } from '../call-normaliser.js';
import type { FeedContext } from '../feed-context.js';
import { createBodyWatch } from './body-watch.js';
import { toExecutionCall } from './execution-call.js';
import { parseExecutionLine } from './execution-line.js';
import { type ExecutionRequest, readExecutionText } from './execution-request.js';
import type { LogRecord } from './log-record.js';
import type { NumberedCall, RequestStanding } from './numbered-call.js';

/**
 * Puts the interleaved lines of several requests back together. A request whose completion never came is a call too,
 * without a status. One assembler reads one source, in order.
 */
export interface ExecutionAssembler {
  /** Whether the record belonged to an execution log: a line with a request id, or the continuation of one. */
  push(record: LogRecord): boolean;
  /** Calls that are complete; with `all`, also the ones that are still waiting for their end. */
  drain(all: boolean): readonly NumberedCall[];
  readonly open: number;
  /** The record that the oldest open one began with. */
  readonly firstOpen: number | undefined;
}

export function createExecutionAssembler(feed: FeedContext, normaliser: CallNormaliser): ExecutionAssembler {
  const requests = new Map<string, ExecutionRequest>();
  let drained = new Set<string>();
  let last: ExecutionRequest | undefined;
  const bodies = createBodyWatch();

  return {
    push(record) {
      const isInBody = record.eventId === undefined && bodies.take(record.text);
      const line = parseExecutionLine(record.text);
      if (line === undefined) return continueLast(record);
      let request = requests.get(line.requestId);
      // Trace and endpoint ids follow the completion: they belong to the call that is already out.
      if (request === undefined && drained.has(line.requestId) && !STARTS.test(line.text)) {
        last = undefined;
        return true;
      }
      // On REST APIs the client may repeat a request id: a second start after a completion is another request.
      if (request === undefined || (request.completed && STARTS.test(line.text))) {
        if (request !== undefined) requests.set(`${line.requestId}#${request.records[0]}`, request);
        request = newRequest(line.requestId, record);
        requests.set(line.requestId, request);
      }
      request.records.push(record.record);
      if (record.eventId !== undefined) request.lines.push(record);
      // Nothing after the completion belongs to the time that the caller waited.
      if (!request.completed && record.timeMs > request.lastTimeMs) request.lastTimeMs = record.timeMs;
      readExecutionText(request, line.text);
      const isBody = record.eventId === undefined && bodies.begins(line.text, request);
      if (isInBody || isBody) request.isForgeable = true;
      last = request;
      return true;
    },
    drain(all) {
      const done: NumberedCall[] = [];
      for (const [key, request] of requests) {
        // In the order of their beginnings: what began later waits for what began earlier.
        if (!all && !request.completed) break;
        requests.delete(key);
        remember(request.requestId);
        const { records, lines } = request;
        const call = toExecutionCall(request, feed, normaliser);
        done.push({ call, records, lines, standing: standingOf(request) });
      }
      return done.sort((a, b) => (a.records[0] ?? 0) - (b.records[0] ?? 0));
    },
    get open() {
      return requests.size;
    },
    get firstOpen() {
      // in the order of their beginnings, but for a request whose id was used again
      let first: number | undefined;
      for (const { records } of requests.values())
        if (first === undefined || (records[0] ?? first) < first) first = records[0];
      return first;
    },
  };

  function remember(requestId: string): void {
    if (drained.size >= REMEMBERED) drained = new Set([...drained].slice(REMEMBERED / 2));
    drained.add(requestId);
  }

  function continueLast(record: LogRecord): boolean {
    if (last === undefined || record.eventId !== undefined) return false;
    last.records.push(record.record);
    if (last.continues !== undefined) last[last.continues] = append(last[last.continues] ?? '', record.text);
    return true;
  }
}

function standingOf(request: ExecutionRequest): RequestStanding {
  if (request.extendedRequestId !== undefined) return request.completed ? 'whole' : 'unended';
  return request.completed && request.failed && !request.traced ? 'bare' : 'fragment';
}

// More of a body than a call keeps need not be gathered.
const LONGEST_BODY = 131_072;

function append(body: string, line: string): string {
  return body.length > LONGEST_BODY ? body : `${body}\n${line}`;
}

const REMEMBERED = 10_000;

const STARTS = /^(?:Extended Request Id: |Starting authorizer|Verifying Usage Plan|Starting execution)/;

function newRequest(requestId: string, record: LogRecord): ExecutionRequest {
  return {
    requestId,
    records: [],
    lines: [],
    firstTimeMs: record.timeMs,
    firstEventId: record.eventId,
    firstPosition: record.position,
    firstText: record.text,
    lastTimeMs: record.timeMs,
    completed: false,
    isForgeable: false,
    failed: false,
    traced: false,
    extendedRequestId: undefined,
    apiId: undefined,
    stage: undefined,
    region: undefined,
    accountId: undefined,
    method: undefined,
    path: undefined,
    template: undefined,
    pathParameters: undefined,
    query: undefined,
    requestHeaders: undefined,
    requestBody: undefined,
    responseHeaders: undefined,
    responseBody: undefined,
    status: undefined,
    integrationStatus: undefined,
    integrationLatencyMs: undefined,
    principal: undefined,
    apiKey: undefined,
    errorType: undefined,
    errorMessage: undefined,
    authorizerError: undefined,
    wafResult: undefined,
    continues: undefined,
  };
}

import type { ApiCall } from '../api-call.js';
import type { CallNormaliser } from '../call-normaliser.js';
import { isLogFormat, LOG_FORMAT_REASON } from '../format/is-log-format.js';
import type { ExtractedLine } from '../format/line-format.js';
import { maskedSample } from '../format/masked-sample.js';
import { withoutAddedKeys } from './added-keys.js';
import type { DecodedBatch, FeedKind, RejectedRecord } from './decoded-batch.js';
import { parseExecutionGroup, parseExecutionLine } from './execution-line.js';
import { createExecutionAssembler, type ExecutionAssembler } from './execution-log.js';
import type { Feed } from './feed-registry.js';
import { readFiretailRecord, toFiretailCall } from './firetail.js';
import type { LogRecord } from './log-record.js';
import type { NumberedCall } from './numbered-call.js';
import { reasonUnread } from './unread-logs.js';

/** What has been read so far, in the order of the records. */
export type ReadRecords = Pick<DecodedBatch, 'kind' | 'calls' | 'sources' | 'rejected'>;

/**
 * Reads the records of one feed. With a configured format every record is an access log line of that format;
 * without, each record is what it looks like, so that the same records cut into other payloads decode alike.
 */
export interface RecordReader {
  push(record: LogRecord): void;
  /** A line of the feed's format that has been read already. */
  pushExtracted(line: ExtractedLine, record: LogRecord, source: number | readonly number[]): void;
  /** Several lines as one record; false, with nothing done, when no access log line or client record reads so. */
  pushJoined(record: LogRecord, records: readonly number[]): boolean;
  reject(rejected: RejectedRecord): void;
  /** Hands out what is done; with `all`, also the requests of execution logs whose end never came. */
  take(all: boolean): ReadRecords;
  /** Requests of execution logs that lack lines, by the index of their call in what was taken last. */
  readonly partial: ReadonlyMap<number, NumberedCall>;
  /** Requests of execution logs that wait for their end. */
  readonly open: number;
  /** The record that the oldest of them began with. */
  readonly firstOpen: number | undefined;
}

export interface RecordReaderOptions {
  readonly feed: Feed;
  readonly normaliser: CallNormaliser;
  /** The log group says so: anything that is no execution log line is rejected. */
  readonly onlyExecution: boolean;
  /** The feed has a format string: content is not looked at to tell what a record is. */
  readonly onlyAccess: boolean;
  /** Sees each access log line that becomes a call, in the order of the calls. */
  readonly onLine: ((line: ExtractedLine) => void) | undefined;
}

/** A reader for the records of a log group: which of them are execution logs, its name says. */
export function createGroupReader(
  feed: Feed,
  { normaliser, onLine }: Pick<RecordReaderOptions, 'normaliser' | 'onLine'>,
): RecordReader {
  const onlyExecution = !feed.hasFormat && parseExecutionGroup(feed.context.feed) !== undefined;
  return createRecordReader({ feed, normaliser, onlyExecution, onlyAccess: feed.hasFormat, onLine });
}

export function createRecordReader(options: RecordReaderOptions): RecordReader {
  const { feed, normaliser } = options;
  let kind: FeedKind = options.onlyExecution ? 'execution-log' : 'access-log';
  let assembler: ExecutionAssembler | undefined;
  let calls: DecodedBatch['calls'][number][] = [];
  let sources: (number | readonly number[])[] = [];
  let rejected: RejectedRecord[] = [];
  let partial: Merged['partial'] = new Map();
  let inferred: InferredLine[] = [];

  function push(record: LogRecord): void {
    if (!options.onlyAccess && pushOther(record)) return;
    pushAccessLine(record);
  }

  /** Records that are no access log lines. */
  function pushOther(record: LogRecord): boolean {
    const first = record.text.charCodeAt(0);
    const unread = first === 40 || first === 123 ? reasonUnread(record.text) : undefined;
    if (unread !== undefined) {
      reject(record, unread);
      return true;
    }
    if (options.onlyExecution || assembler !== undefined || first === 40 /* ( */) {
      if (pushExecutionLine(record)) return true;
      if (options.onlyExecution) {
        reject(record, 'not a line of an execution log: no request id before it');
        return true;
      }
    }
    return first === 123 /* { */ && pushClientRecord(record, record.record);
  }

  function pushClientRecord(record: LogRecord, source: number | readonly number[]): boolean {
    // A gateway writes none: there it would be a caller's, put into an access log line in JSON.
    const { trust } = feed.context;
    if (trust !== 'client' && trust !== 'file') return false;
    const entry = readFiretailRecord(record.text);
    if (entry === undefined) return false;
    kind = 'firetail';
    calls.push(toFiretailCall(entry, record, feed.context, normaliser));
    sources.push(source);
    return true;
  }

  function pushAccessLine(record: LogRecord): void {
    const line = feed.decoder.decode(record.text);
    // No gateway writes one: what is met in files only is looked for in files only.
    if (line.kind === 'extracted' && feed.context.trust === 'file' && isLogFormat(line))
      reject(record, LOG_FORMAT_REASON);
    else if (line.kind === 'extracted') pushExtracted(line, record, record.record);
    else if (record.text.trim() === '') reject(record, 'blank line');
    else rejected.push(toRejected(record, line.reason, line.sample));
  }

  function pushExtracted(line: ExtractedLine, record: LogRecord, source: number | readonly number[]): void {
    options.onLine?.(line);
    if (line.keys !== undefined) inferred.push({ line, record, call: calls.length });
    calls.push(normaliser.fromLine(line, record, feed.context));
    sources.push(source);
  }

  function pushJoined(record: LogRecord, records: readonly number[]): boolean {
    if (!options.onlyAccess && pushClientRecord(record, records)) return true;
    const line = feed.decoder.decode(record.text);
    if (line.kind === 'rejected') return false;
    pushExtracted(line, record, records);
    return true;
  }

  function pushExecutionLine(record: LogRecord): boolean {
    if (assembler === undefined) {
      if (parseExecutionLine(record.text) === undefined) return false;
      assembler = createExecutionAssembler(feed.context, normaliser);
      kind = 'execution-log';
    }
    return assembler.push(record);
  }

  function reject(record: LogRecord, reason: string): void {
    rejected.push(toRejected(record, reason, maskedSample(record.text)));
  }

  function toRejected(record: LogRecord, reason: string, sample: string): RejectedRecord {
    const { eventId, timeMs, position, text } = record;
    const origin = { eventId, timeMs, position, feed: feed.context };
    return { record: record.record, reason, sample, body: text, origin };
  }

  return {
    push,
    pushExtracted,
    pushJoined,
    reject: (record) => rejected.push(record),
    take(all) {
      for (const [at, line] of withoutAddedKeys(inferred.map((one) => one.line))) {
        const one = inferred[at];
        if (one !== undefined) calls[one.call] = normaliser.fromLine(line, one.record, feed.context);
      }
      inferred = [];
      const assembled = assembler?.drain(all) ?? [];
      const read = merge(calls, sources, assembled);
      partial = read.partial;
      const taken = { kind, calls: read.calls, sources: read.sources, rejected };
      calls = [];
      sources = [];
      rejected = [];
      return taken;
    },
    get partial() {
      return partial;
    },
    get open() {
      return assembler?.open ?? 0;
    },
    get firstOpen() {
      return assembler?.firstOpen;
    },
  };
}

/** A line whose keys the others of the same source may contradict, and the index of its call. */
interface InferredLine {
  readonly line: ExtractedLine;
  readonly record: LogRecord;
  readonly call: number;
}

/** Calls of mixed sources in the order of their first records. */
function merge(
  calls: readonly DecodedBatch['calls'][number][],
  sources: readonly (number | readonly number[])[],
  assembled: readonly NumberedCall[],
): Merged {
  const partial = new Map<number, NumberedCall>();
  if (assembled.length === 0) return { calls, sources, partial };
  const all: { readonly call: ApiCall; readonly source: Source; readonly request?: NumberedCall }[] =
    calls.map((call, at) => ({ call, source: sources[at] ?? 0 }));
  for (const request of assembled) all.push({ call: request.call, source: request.records, request });
  all.sort((a, b) => firstRecord(a.source) - firstRecord(b.source));
  all.forEach(({ request }, at) => {
    if (request !== undefined && request.standing !== 'whole') partial.set(at, request);
  });
  return { calls: all.map(({ call }) => call), sources: all.map(({ source }) => source), partial };
}

type Source = DecodedBatch['sources'][number];

interface Merged extends Pick<ReadRecords, 'calls' | 'sources'> {
  readonly partial: ReadonlyMap<number, NumberedCall>;
}

/** The record a call begins with. */
export function firstRecord(source: number | readonly number[]): number {
  return typeof source === 'number' ? source : (source[0] ?? 0);
}

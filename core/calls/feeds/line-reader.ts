import { maskedSample } from '../format/masked-sample.js';
import type { DecodedBatch, RejectedRecord } from './decoded-batch.js';
import { parseExecutionLine } from './execution-line.js';
import { parseExportedLine } from './exported-line.js';
import type { FeedDefaults } from './feed-registry.js';
import { createLineJoiner, type JoinedLines } from './line-joiner.js';
import type { LogRecord } from './log-record.js';
import { createRecordReader, type ReadRecords } from './record-reader.js';
import type { PayloadContext } from './subscription-payload.js';

/** Where lines come from. */
export interface LineSource extends FeedDefaults {
  /** The feed's name: what `bundle.feeds` knows it by. */
  readonly feed: string;
  /** Names the file whatever it is called and however it grows: part of the identity of lines without one. */
  readonly identity: string;
  /** 1-based number of the first line that will be pushed. */
  readonly firstLine: number;
  /** Epoch milliseconds for lines that carry no time; 0 where nothing is known. */
  readonly timeMs: number;
}

/**
 * Reads lines in order. `take` may be called at any time: access log lines come out at once, the requests of
 * execution logs when they are complete; `finish` hands out the rest.
 */
export interface LineReader {
  push(line: string): void;
  take(): ReadRecords;
  finish(): ReadRecords;
  /**
   * One batch of what has come since the last one, named by its byte range (or whatever tells it from others): all of
   * it, or only what is complete.
   */
  batch(range: string, what?: 'all' | 'complete'): DecodedBatch;
  /** Number of the first line that is still to come out: more may belong to its record, or to its request. */
  readonly firstOpen: number | undefined;
}

// Far beyond the 1 MB that CloudWatch lets through: what is longer is no log line, and parsing it helps nobody.
const LONGEST_LINE = 4 * 1024 * 1024;

// Requests of a file that wait for an end that may never come: past this the oldest waiting ones are handed out.
const MOST_OPEN = 20_000;

export function createLineReader(source: LineSource, context: PayloadContext): LineReader {
  const { feed: name, identity, firstLine, timeMs, ...defaults } = source;
  const feed = context.registry.feed(name, defaults);
  const reader = createRecordReader({
    feed,
    normaliser: context.normaliser,
    onlyExecution: false,
    onlyAccess: feed.hasFormat,
    onLine: context.onLine,
  });
  const joiner = createLineJoiner(feed.recordShape, (line) => {
    const read = feed.decoder.decode(line);
    return read.kind === 'extracted' && !read.recovered;
  });
  let received = firstLine;
  let next = firstLine;
  let taken = firstLine;
  let exportedAtMs: number | undefined;

  function push(raw: string): void {
    const line = clean(raw, received === 1);
    received++;
    for (const piece of joiner.push(line)) pushPiece(piece);
  }

  /** Lines that look like one record are one if they read so; else each is what it is. */
  function pushPiece({ lines, joined }: JoinedLines): void {
    if (joined) {
      const records = lines.map((_, at) => next + at);
      if (reader.pushJoined(toRecord(lines.join('\n'), next), records)) {
        next += lines.length;
        return;
      }
    }
    for (const line of lines) {
      const record = next++;
      if (line.length > LONGEST_LINE) reader.reject(tooLong(record, line));
      else reader.push(toRecord(line, record));
    }
  }

  function toRecord(line: string, record: number): LogRecord {
    const exported = parseExportedLine(line);
    const text = exported?.message ?? line;
    if (exported !== undefined && parseExecutionLine(text) !== undefined) exportedAtMs = exported.timeMs;
    // The continuation of an exported event has no time of its own: the event's before it is the best there is.
    const time = exported?.timeMs ?? exportedAtMs ?? timeMs;
    return { record, eventId: undefined, timeMs: time, position: `${identity}:${record}`, text };
  }

  function flush(): void {
    for (const piece of joiner.finish()) pushPiece(piece);
  }

  return {
    push,
    take: () => reader.take(reader.open > MOST_OPEN),
    finish() {
      flush();
      return reader.take(true);
    },
    batch(range, what = 'all') {
      if (what === 'all') flush();
      const records = next - taken;
      taken = next;
      const digest = context.digest.hex(['lines', identity, range], 32);
      return { feed: name, digest, control: false, records, ...reader.take(what === 'all') };
    },
    get firstOpen() {
      return reader.firstOpen ?? (received === next ? undefined : next);
    },
  };
}

/** Without the byte order mark of the first line and the carriage return of each. */
function clean(line: string, isFirst: boolean): string {
  const start = isFirst && line.charCodeAt(0) === 0xfeff ? 1 : 0;
  const end = line.endsWith('\r') ? -1 : undefined;
  return start === 0 && end === undefined ? line : line.slice(start, end);
}

function tooLong(record: number, line: string): RejectedRecord {
  const reason = `a line of ${line.length} characters is longer than a log line can be (${LONGEST_LINE})`;
  return { record, reason, sample: maskedSample(line), body: line };
}

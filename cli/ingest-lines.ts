import type { OffsetLines } from '../adapters/files/offset-lines.js';
import type { DecodedBatch } from '../core/calls/feeds/decoded-batch.js';
import type { LineReader } from '../core/calls/feeds/line-reader.js';
import { POISON_MAX } from '../core/ingest/set-aside.js';
import type { FileCursor, Resumption, Unfinished } from './file-cursor.js';
import { shapesWith, type Tail, withoutHalves } from './unfinished.js';

/**
 * Payloads are cut at fixed places of the file, every so many lines and bytes, so that the same file always gives the
 * same payloads, wherever reading began.
 */
const LINES_PER_PAYLOAD = 5_000;
const BYTES_PER_PAYLOAD = 16 * 1024 * 1024;

/** A request of an execution log whose end has not come within so many lines is taken as it stands. */
const MOST_OPEN_LINES = 20_000;

export interface LinesRun {
  readonly pieces: AsyncIterable<OffsetLines>;
  readonly from: Resumption;
  readonly reader: LineReader;
  /** Whether the end of the data is the end for good; else more of the last line may come another day. */
  readonly isEnding: boolean;
  /** So many lines from an offset on, once more. */
  reread(bytes: number, lines: number): Promise<readonly string[]>;
  readonly originOf: Tail['origin'];
  record(batch: DecodedBatch): Promise<void>;
  keep(cursor: FileCursor): Promise<void>;
}

interface Place {
  readonly bytes: number;
  readonly lines: number;
}

/**
 * Ingests the lines of a file from a place on, payload by payload, and keeps the cursor behind what is recorded. Records
 * that go on behind the end of a payload come with the next one. Where reading fails, everything whole is recorded
 * before the failure is thrown on.
 */
export async function ingestLines(run: LinesRun): Promise<void> {
  const { pieces, from, reader, record, keep } = run;
  let cursor: FileCursor = { ...from.cursor, unfinished: undefined };
  /** All before it is recorded. */
  let recorded: Place = from.start;
  let read: Place = from.start;
  /** Ends of the lines between the two. */
  let ends: number[] = [];
  /** The line that was read last, in its piece. */
  let last: { readonly piece: OffsetLines; readonly at: number } | undefined;
  let isFirst = cursor.bytes === 0;

  function readHash(): string {
    return last === undefined ? cursor.known.hash : last.piece.prefixHash(last.at).hex();
  }

  function placeBefore(line: number): Place {
    const lines = line - 1;
    return { lines, bytes: ends[lines - recorded.lines - 1] ?? recorded.bytes };
  }

  function take(what: 'all' | 'complete'): DecodedBatch {
    const range = `${recorded.bytes}-${read.bytes}`;
    return reader.batch(cursor.reading === 0 ? range : `${cursor.reading}:${range}`, what);
  }

  async function recordBatch(batch: DecodedBatch): Promise<void> {
    // Before the first payload: a crash in it must not give the file another identity.
    if (isFirst) await keep({ ...cursor, known: { bytes: read.bytes, hash: readHash() } });
    isFirst = false;
    if (batch.records > 0 || batch.calls.length > 0) await record(batch);
  }

  async function advance(to: Place, batch: DecodedBatch, unfinished?: Unfinished): Promise<void> {
    ends = ends.slice(to.lines - recorded.lines);
    recorded = to;
    const known = { bytes: read.bytes, hash: readHash() };
    const rejected = cursor.rejected + batch.rejected.length;
    const shapes = shapesWith(cursor.shapes, batch.calls);
    cursor = { ...cursor, ...to, rejected, shapes, known, unfinished };
    await keep(cursor);
  }

  async function takeComplete(): Promise<void> {
    const before = reader.firstOpen;
    const isStuck = before !== undefined && read.lines - before >= MOST_OPEN_LINES;
    const batch = take(isStuck ? 'all' : 'complete');
    const { firstOpen } = reader;
    await recordBatch(batch);
    await advance(firstOpen === undefined ? read : placeBefore(firstOpen), batch);
  }

  /** The end of the file as it is today: all of it is recorded; what may go on is read again when it has. */
  async function takeRest(isWhole: boolean): Promise<void> {
    const { firstOpen } = reader;
    const line = firstOpen ?? (isWhole ? undefined : read.lines);
    if (line === undefined || run.isEnding) {
      const batch = take('all');
      await recordBatch(batch);
      return advance(read, batch);
    }
    const to = placeBefore(line);
    const batch = withoutHalves(take('all'), {
      firstLine: line,
      lines: await run.reread(to.bytes, read.lines - to.lines),
      shapes: cursor.shapes,
      origin: run.originOf,
    });
    await recordBatch(batch);
    const setAside = batch.rejected.slice(0, POISON_MAX).map((one) => one.record);
    await advance(to, batch, {
      kind: firstOpen === undefined ? 'line' : 'record',
      lines: read.lines - to.lines,
      digest: batch.digest,
      setAside: setAside.filter((position) => position >= line),
    });
  }

  let isWhole = true;
  const iterator = pieces[Symbol.asyncIterator]();
  for (;;) {
    let next: IteratorResult<OffsetLines>;
    try {
      next = await iterator.next();
    } catch (error) {
      // Every line before the failure came with its line feed; what is open goes on behind it.
      if (read.lines > recorded.lines) await takeComplete();
      throw error;
    }
    if (next.done === true) break;
    const piece = next.value;
    for (let at = 0; at < piece.lines.length; at++) {
      reader.push(piece.lines[at] ?? '');
      const bytes = piece.ends[at] ?? read.bytes;
      const isFull =
        (read.lines + 1) % LINES_PER_PAYLOAD === 0 ||
        Math.floor(bytes / BYTES_PER_PAYLOAD) > Math.floor(read.bytes / BYTES_PER_PAYLOAD);
      read = { bytes, lines: read.lines + 1 };
      ends.push(bytes);
      if (!isFull || !piece.complete) continue;
      last = { piece, at };
      await takeComplete();
    }
    last = { piece, at: piece.lines.length - 1 };
    isWhole = piece.complete;
  }
  if (read.lines > recorded.lines) await takeRest(isWhole);
}

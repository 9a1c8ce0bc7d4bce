import type { OffsetLines } from '../adapters/files/offset-lines.js';
import type { DecodedBatch } from '../core/calls/feeds/decoded-batch.js';
import type { LineReader } from '../core/calls/feeds/line-reader.js';
import { POISON_MAX } from '../core/ingest/set-aside.js';
import type { FileCursor, Resumption, Unfinished } from './file-cursor.js';

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
export async function ingestLines({ pieces, from, reader, record, keep }: LinesRun): Promise<void> {
  let { cursor } = from;
  /** All before it is recorded. */
  let recorded: Place = from.start;
  let read: Place = from.start;
  /** Ends of the lines between the two. */
  let ends: number[] = [];
  let known = cursor.known;
  let isFirst = cursor.bytes === 0;

  function placeBefore(line: number): Place {
    const lines = line - 1;
    return { lines, bytes: ends[lines - recorded.lines - 1] ?? recorded.bytes };
  }

  async function take(what: 'all' | 'complete'): Promise<DecodedBatch> {
    const range = `${recorded.bytes}-${read.bytes}`;
    const batch = reader.batch(cursor.reading === 0 ? range : `${cursor.reading}:${range}`, what);
    // Before the first payload: a crash in it must not give the file another identity.
    if (isFirst) await keep({ ...cursor, known });
    isFirst = false;
    if (batch.records > 0 || batch.calls.length > 0) await record(batch);
    return batch;
  }

  async function advance(to: Place, rejected: number, unfinished?: Unfinished): Promise<void> {
    ends = ends.slice(to.lines - recorded.lines);
    recorded = to;
    cursor = { ...cursor, bytes: to.bytes, lines: to.lines, known, unfinished };
    cursor = { ...cursor, rejected: cursor.rejected + rejected };
    await keep(cursor);
  }

  async function takeComplete(): Promise<void> {
    const before = reader.firstOpen;
    const isStuck = before !== undefined && read.lines - before >= MOST_OPEN_LINES;
    const { rejected } = await take(isStuck ? 'all' : 'complete');
    const { firstOpen } = reader;
    await advance(firstOpen === undefined ? read : placeBefore(firstOpen), rejected.length);
  }

  /** The end of the file as it is today: all of it is recorded; what may go on is read again when it has. */
  async function takeRest(isWhole: boolean): Promise<void> {
    const { firstOpen } = reader;
    const line = Math.min(firstOpen ?? Number.POSITIVE_INFINITY, isWhole ? Number.POSITIVE_INFINITY : read.lines);
    const to = line <= read.lines ? placeBefore(line) : read;
    const { digest, rejected } = await take('all');
    const setAside = rejected.slice(0, POISON_MAX).map((one) => one.record);
    const unfinished: Unfinished = {
      kind: firstOpen === undefined || firstOpen === read.lines ? 'line' : 'record',
      lines: read.lines - to.lines,
      digest,
      setAside: setAside.filter((position) => position > to.lines),
    };
    await advance(to, rejected.length, to === read ? undefined : unfinished);
  }

  let isWhole = true;
  try {
    for await (const piece of pieces) {
      for (const [at, line] of piece.lines.entries()) {
        reader.push(line);
        const bytes = piece.ends[at] ?? read.bytes;
        const isFull =
          (read.lines + 1) % LINES_PER_PAYLOAD === 0 ||
          Math.floor(bytes / BYTES_PER_PAYLOAD) > Math.floor(read.bytes / BYTES_PER_PAYLOAD);
        read = { bytes, lines: read.lines + 1 };
        ends.push(bytes);
        if (!isFull || !piece.complete) continue;
        known = { bytes, hash: piece.prefixHash(at).hex() };
        await takeComplete();
      }
      isWhole = piece.complete;
      known = { bytes: read.bytes, hash: piece.prefixHash(piece.lines.length - 1).hex() };
    }
  } catch (error) {
    // Every line before the failure came with its line feed: what is open goes on behind it.
    if (read.lines > recorded.lines) await takeComplete();
    throw error;
  }
  if (read.lines > recorded.lines) await takeRest(isWhole);
}

import { byteRange, bytesFrom } from '../adapters/files/byte-range.js';
import { fromStream, openFile } from '../adapters/files/byte-source.js';
import { type OffsetLines, offsetLines } from '../adapters/files/offset-lines.js';
import type { DecodedBatch } from '../core/calls/feeds/decoded-batch.js';
import type { FeedDefaults } from '../core/calls/feeds/feed-registry.js';
import { Fault } from '../core/fault.js';
import type { IngestReport } from '../core/ingest/ingest-report.js';
import type { CliIo } from './cli-io.js';
import { type FileCursor, findCursor, lineHash, writeCursor } from './file-cursor.js';
import { payloadBatches, payloadLayout } from './ingest-payloads.js';
import type { LocalSystem } from './local-system.js';

/** Lines of one payload cut from a file: at fixed boundaries, so that the same file always gives the same payloads. */
const LINES_PER_PAYLOAD = 5_000;
/** Past this a record of several lines is cut all the same: nothing real is that long. */
const LINES_MOST = LINES_PER_PAYLOAD + 500;

export interface FileToIngest {
  /** `-` is standard input. */
  readonly path: string;
  readonly feed: string;
  readonly defaults: FeedDefaults;
}

/** Sees each payload's report as it is recorded; `bytes` of the (unpacked) file are done. */
export type OnReport = (report: IngestReport, bytes: number) => void;

export interface FileOutcome {
  readonly file: string;
  /** Lines that an earlier run had ingested. */
  readonly knownLines: number;
  /** Why the file, or the rest of it, could not be read. */
  readonly problem: string | undefined;
}

/**
 * Ingests what is new in a file: plain or gzip, lines or payloads. A file that cannot be read, or breaks off in the
 * middle, is a problem in words; what came before stays ingested, and the next run goes on there.
 */
export async function ingestFile(
  file: FileToIngest,
  system: LocalSystem,
  io: CliIo,
  onReport: OnReport,
): Promise<FileOutcome> {
  const source = file.path === '-' ? fromStream('standard input', io.stdin) : await openFile(file.path);
  if ('problem' in source) return { file: file.path, knownLines: 0, problem: source.problem };
  let knownLines = 0;
  try {
    const pieces = offsetLines(source.chunks, 0);
    const head = await readHead(pieces);
    const first = head.flatMap((piece) => piece.lines).find((line) => line.trim() !== '');
    if (first === undefined) return { file: file.path, knownLines, problem: undefined };
    const all = chain(head, pieces);
    const layout = payloadLayout(
      head.flatMap((piece) => piece.lines),
      system.compiled.decoder,
    );
    if (layout !== undefined) {
      await ingestPayloads(payloadBatches(layout, all, system.compiled.decoder), system, onReport);
      return { file: file.path, knownLines, problem: undefined };
    }
    const timeMs = Math.trunc(source.modifiedMs ?? io.nowMs());
    const lines: LinesRun = { file, system, onReport, timeMs, firstLine: first };
    const beginning = { firstLine: first, head: headText(head) };
    if (file.path === '-') {
      const none = async (): Promise<undefined> => undefined;
      const stream = await findCursor({ cursor: none, setCursor: none }, beginning, none);
      await ingestLines(all, stream, lines);
      return { file: file.path, knownLines, problem: undefined };
    }
    const cursor = await findCursor(system.stores.state, beginning, (from, to) =>
      lineAt(file.path, from, to),
    );
    knownLines = cursor.lines;
    if (cursor.bytes === 0) await ingestLines(all, cursor, lines);
    else {
      await pieces.return(undefined);
      await ingestLines(offsetLines(bytesFrom(file.path, cursor.bytes), cursor.bytes), cursor, lines);
    }
    return { file: file.path, knownLines, problem: undefined };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'payload.unreadable') throw error;
    return {
      file: file.path,
      knownLines,
      problem: `${source.name}: ${String(error.details['what'] ?? error.message)}`,
    };
  }
}

type Position = Pick<FileCursor, 'bytes' | 'lines'>;

interface LinesRun {
  readonly file: FileToIngest;
  readonly system: LocalSystem;
  readonly onReport: OnReport;
  readonly timeMs: number;
  readonly firstLine: string;
}

async function ingestLines(
  pieces: AsyncIterable<OffsetLines>,
  start: FileCursor,
  run: LinesRun,
): Promise<void> {
  const { file, system, onReport, timeMs, firstLine } = run;
  const { feed, defaults } = file;
  const isKept = file.path !== '-';
  const reader = system.compiled.decoder.lines({
    feed,
    identity: start.identity,
    firstLine: start.lines + 1,
    timeMs,
    ...defaults,
  });
  let recorded: Position = start;
  let read: Position = start;
  let last: { readonly bytes: number; readonly text: string } | undefined;
  // Before the first payload: a crash in it must not give the file another identity.
  if (isKept && start.bytes === 0) await writeCursor(system.stores.state, firstLine, start);

  async function record(): Promise<void> {
    if (read.lines === recorded.lines) return;
    onReport(await system.ingest(reader.batch(`${recorded.bytes}-${read.bytes}`)), read.bytes);
    recorded = read;
  }

  async function recordAndKeep(): Promise<void> {
    await record();
    if (!isKept || last === undefined) return;
    const lastLine = { bytes: last.bytes, hash: lineHash(last.text) };
    await writeCursor(system.stores.state, firstLine, { identity: start.identity, ...recorded, lastLine });
  }

  function isFull(): boolean {
    const gathered = read.lines - recorded.lines;
    if (gathered >= LINES_MOST) return true;
    return (read.lines % LINES_PER_PAYLOAD === 0 || gathered > LINES_PER_PAYLOAD) && !reader.isOpen;
  }

  for await (const { lines, ends, complete } of pieces) {
    if (!complete) await recordAndKeep();
    for (const [at, line] of lines.entries()) {
      reader.push(line);
      const bytes = ends[at] ?? read.bytes;
      last = { bytes: bytes - read.bytes, text: line };
      read = { bytes, lines: read.lines + 1 };
      if (complete && isFull()) await recordAndKeep();
    }
    // More of a last line may yet be written: it is recorded now, and read again when there is more behind it.
    if (!complete) return record();
  }
  await recordAndKeep();
}

async function ingestPayloads(
  batches: AsyncIterable<readonly DecodedBatch[]>,
  system: LocalSystem,
  onReport: OnReport,
): Promise<void> {
  for await (const some of batches) {
    for (const batch of some) if (!batch.control) onReport(await system.ingest(batch), 0);
  }
}

const HEAD_CHARACTERS = 4096;

/** Pieces until there is a line that is not blank and enough text to tell the file by, however it comes in chunks. */
async function readHead(pieces: AsyncGenerator<OffsetLines>): Promise<readonly OffsetLines[]> {
  const head: OffsetLines[] = [];
  let size = 0;
  let hasText = false;
  while (!hasText || size < HEAD_CHARACTERS) {
    const next = await pieces.next();
    if (next.done === true) break;
    head.push(next.value);
    for (const line of next.value.lines) {
      size += line.length + 1;
      hasText ||= line.trim() !== '';
    }
  }
  return head;
}

async function* chain(
  head: readonly OffsetLines[],
  rest: AsyncGenerator<OffsetLines>,
): AsyncGenerator<OffsetLines> {
  yield* head;
  yield* rest;
}

function headText(head: readonly OffsetLines[]): string {
  return head
    .flatMap((piece) => piece.lines)
    .join('\n')
    .slice(0, HEAD_CHARACTERS);
}

async function lineAt(path: string, from: number, to: number): Promise<string | undefined> {
  const bytes = await byteRange(path, from, to);
  return bytes?.at(-1) === 10 ? bytes.toString('utf8', 0, bytes.byteLength - 1) : undefined;
}

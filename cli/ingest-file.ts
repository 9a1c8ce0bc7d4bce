import { type ByteSource, fromStream, openFile, type UnreadableFile } from '../adapters/files/byte-source.js';
import { type OffsetLines, offsetLines } from '../adapters/files/offset-lines.js';
import { PrefixHash } from '../adapters/files/prefix-hash.js';
import { nodeDigest } from '../adapters/node/node-digest.js';
import type { FeedContext } from '../core/calls/feed-context.js';
import type { DecodedBatch } from '../core/calls/feeds/decoded-batch.js';
import { Fault } from '../core/fault.js';
import type { CliIo } from './cli-io.js';
import { openCloudTrail } from './cloudtrail-documents.js';
import {
  type FileBeginning,
  type FileCursor,
  findCursor,
  newCursor,
  type Resumption,
  writeCursor,
} from './file-cursor.js';
import { FileTally } from './file-tally.js';
import { ingestLines } from './ingest-lines.js';
import { ingestManagementEvents } from './ingest-management-events.js';
import type { LocalSystem } from './local-system.js';
import { openInput, type PayloadDocument } from './payload-documents.js';

export interface FileToIngest {
  /** `-` is standard input. */
  readonly path: string;
  /** Its feed, and what the user says of it. */
  readonly context: FeedContext;
  /** `--format`, where it was given. */
  readonly format: string | undefined;
}

export interface FileOutcome {
  readonly file: string;
  readonly kind: 'lines' | 'payloads' | 'management-events' | 'empty';
  readonly tally: FileTally;
  /** Lines that an earlier run had ingested. */
  readonly knownLines: number;
  /** Why the file, or the rest of it, could not be read. */
  readonly problem: string | undefined;
}

/** Told after each payload, with how far into the (packed) file reading has come. */
export type OnProgress = (tally: FileTally, position: number) => void;

/** Enough text of a file's beginning to tell most files apart by. */
const HEAD_CHARACTERS = 4_096;

/**
 * Ingests what is new in a file: plain or packed, lines or payloads. A file that cannot be read, or breaks off in the
 * middle, is a problem in words; what came before stays ingested, and the next run goes on there.
 */
export async function ingestFile(
  file: FileToIngest,
  system: LocalSystem,
  io: CliIo,
  onProgress: OnProgress,
): Promise<FileOutcome> {
  const run = new FileRun(file, system, io, onProgress);
  let problem: string | undefined;
  try {
    await run.ingest();
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'payload.unreadable') throw error;
    problem = `${file.path === '-' ? 'standard input' : file.path}: ${String(error.details['what'] ?? error.message)}`;
  }
  const { kind, tally, knownLines } = run;
  return { file: file.path, kind, tally, knownLines, problem: run.problem ?? problem };
}

class FileRun {
  readonly tally = new FileTally();
  kind: FileOutcome['kind'] = 'empty';
  knownLines = 0;
  problem: string | undefined;

  constructor(
    readonly file: FileToIngest,
    readonly system: LocalSystem,
    readonly io: CliIo,
    readonly onProgress: OnProgress,
  ) {}

  async ingest(): Promise<void> {
    const source = await this.#open(0);
    if ('problem' in source) {
      this.problem = source.problem;
      return;
    }
    const opened = await openCloudTrail(source.chunks);
    if (opened.kind === 'records') {
      this.kind = 'management-events';
      return ingestManagementEvents(opened.records, this.tally, this.system);
    }
    const pieces = offsetLines(opened.chunks);
    const input = await openInput(pieces, this.system.compiled.decoder, HEAD_CHARACTERS);
    this.kind = input.kind;
    if (input.kind === 'payloads') await this.#ingestPayloads(input.documents, source);
    if (input.kind !== 'lines') return;
    const { format = '' } = this.file;
    const firstLine = input.firstPiece?.complete === true ? input.firstLine : '';
    const beginning = { firstLine, head: input.head, format: hashed(format) };
    const resumption = source.kind === 'file' ? await this.#resume(beginning) : atStart(beginning, []);
    if (resumption === undefined) return;
    if (resumption.start.bytes === 0) return this.#ingestLines(input.pieces, source, resumption, beginning);
    await pieces.return(undefined);
    const rest = await this.#open(resumption.start.bytes);
    if ('problem' in rest) this.problem = rest.problem;
    else await this.#ingestLines(offsetLines(rest.chunks, resumption.start), rest, resumption, beginning);
  }

  async #open(from: number): Promise<ByteSource | UnreadableFile> {
    const { path } = this.file;
    return path === '-' ? fromStream('standard input', this.io.stdin) : openFile(path, from);
  }

  /** Where to go on; `undefined` where nothing has come since. */
  async #resume(beginning: FileBeginning): Promise<Resumption | undefined> {
    const { path } = this.file;
    const { state } = this.system.stores;
    const found = await findCursor(state, path, beginning);
    if ('others' in found) return atStart(beginning, found.others);
    const { cursor, start } = found;
    this.knownLines = start.lines;
    const { unfinished } = cursor;
    if (unfinished === undefined) return found;
    const next = await firstBytes(path, cursor.known.bytes);
    if (next.byteLength === 0) {
      this.knownLines += unfinished.lines;
      return undefined;
    }
    const lineEnd = /^\r?\n/.exec(next.toString('latin1'))?.[0];
    if (unfinished.kind === 'line' && lineEnd !== undefined) {
      // The line was whole, only its line feed was not there yet.
      this.knownLines += 1;
      const bytes = cursor.known.bytes + lineEnd.length;
      return {
        cursor,
        start: { bytes, lines: start.lines + 1, hash: found.knownHash.and(Buffer.from(lineEnd)) },
      };
    }
    // What was set aside was half of something; all of it is read now.
    for (const position of unfinished.setAside) await state.deletePoison(unfinished.digest, position);
    return found;
  }

  async #ingestLines(
    pieces: AsyncIterable<OffsetLines>,
    source: ByteSource,
    from: Resumption,
    beginning: FileBeginning,
  ): Promise<void> {
    const { path, context } = this.file;
    const { state } = this.system.stores;
    const { identity } = from.cursor;
    const timeMs = Math.trunc(source.modifiedMs ?? this.io.nowMs());
    const firstLine = from.start.lines + 1;
    await ingestLines({
      pieces,
      from,
      reader: this.system.compiled.decoder.lines({ ...context, identity, firstLine, timeMs }),
      isEnding: source.kind === 'stream',
      reread: (bytes, lines) => linesAt(path, bytes, lines),
      originOf: (line) => ({ eventId: undefined, timeMs, position: `${identity}:${line}`, feed: context }),
      record: (batch) => this.#record(batch, source),
      keep: async (cursor) => {
        if (source.kind === 'file') await writeCursor(state, beginning.firstLine, cursor);
      },
    });
  }

  async #ingestPayloads(documents: AsyncIterable<PayloadDocument>, source: ByteSource): Promise<void> {
    for await (const { text, batches } of documents) {
      if (text.trim() === '') continue;
      for (const batch of batches) if (!batch.control) await this.#record(this.#named(batch), source);
    }
  }

  /** The same events read by another format are another payload: else what that format reads would count as known. */
  #named(batch: DecodedBatch): DecodedBatch {
    const { format } = this.file;
    if (format === undefined) return batch;
    return { ...batch, digest: nodeDigest.hex(['format', format, batch.digest], 32) };
  }

  async #record(batch: DecodedBatch, source: ByteSource): Promise<void> {
    this.tally.add(await this.system.ingest(batch), batch);
    this.onProgress(this.tally, source.position());
  }
}

function atStart(beginning: FileBeginning, others: readonly FileCursor[]): Resumption {
  const cursor = newCursor(beginning, others);
  return { cursor, start: { bytes: 0, lines: 0, hash: PrefixHash.ofNothing() } };
}

async function linesAt(path: string, from: number, count: number): Promise<readonly string[]> {
  const source = await openFile(path, from);
  const found: string[] = [];
  if ('problem' in source) return found;
  for await (const { lines } of offsetLines(source.chunks)) {
    for (const line of lines) found.push(line);
    if (found.length >= count) break;
  }
  return found.slice(0, count);
}

/** At most two bytes from an offset on. */
async function firstBytes(path: string, from: number): Promise<Buffer> {
  const source = await openFile(path, from);
  let bytes = Buffer.alloc(0);
  if ('problem' in source) return bytes;
  for await (const chunk of source.chunks) {
    bytes = Buffer.concat([bytes, chunk.subarray(0, 2 - bytes.byteLength)]);
    if (bytes.byteLength >= 2) break;
  }
  return bytes;
}

function hashed(format: string): string {
  return format === '' ? '' : nodeDigest.hex(['format', format], 16);
}

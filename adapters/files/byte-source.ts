import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createUnzip } from 'node:zlib';
import { isGzip, isZlib } from '../../core/calls/feeds/payload-decoder.js';
import { Fault } from '../../core/fault.js';

/** The bytes of a file or of standard input, unpacked when their first two say gzip or zlib. */
export interface ByteSource {
  readonly name: string;
  /** When the file was last changed, epoch milliseconds; undefined for a stream. */
  readonly modifiedMs: number | undefined;
  /** Throws `Fault('payload.unreadable')` where the compressed data ends too soon or is damaged. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** A file that cannot be read, in words for whoever named it. */
export interface UnreadableFile {
  readonly problem: string;
}

/** Opens a file; a missing one, a directory or one without permission is a value, not an error. */
export async function openFile(path: string): Promise<ByteSource | UnreadableFile> {
  try {
    const facts = await stat(path);
    if (facts.isDirectory()) return { problem: `${path} is a directory, not a file` };
    const file = await open(path);
    return { name: path, modifiedMs: facts.mtimeMs, chunks: unpacked(file) };
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    return { problem: PROBLEMS.get(code)?.(path) ?? `${path} cannot be read (${code})` };
  }
}

/** The same over a stream that somebody else opened. */
export function fromStream(name: string, stream: Readable): ByteSource {
  return { name, modifiedMs: undefined, chunks: unpacked(stream) };
}

const PROBLEMS = new Map<string, (path: string) => string>([
  ['ENOENT', (path) => `there is no file ${path}`],
  ['ENOTDIR', (path) => `there is no file ${path}`],
  ['EACCES', (path) => `no permission to read ${path}`],
  ['EISDIR', (path) => `${path} is a directory, not a file`],
]);

/** Waits until the file is really open, so that a refusal is known before anything is printed. */
function open(path: string): Promise<Readable> {
  return new Promise((resolve, reject) => {
    const file = createReadStream(path, { highWaterMark: 256 * 1024 });
    file.once('open', () => resolve(file));
    file.once('error', reject);
  });
}

async function* unpacked(stream: Readable): AsyncGenerator<Uint8Array> {
  const chunks = stream[Symbol.asyncIterator]();
  const first = await firstBytes(chunks);
  const all = Readable.from(withFirst(first, chunks), { objectMode: false });
  if (!isGzip(first) && !isZlib(first)) {
    yield* all;
    return;
  }
  const unzip = createUnzip();
  // Errors of the source must end the reading too; pipe() alone would leave the reader waiting.
  all.once('error', (cause) => unzip.destroy(cause));
  try {
    yield* all.pipe(unzip);
  } catch (cause) {
    throw new Fault(
      'payload.unreadable',
      { what: 'compressed data that is damaged or cut short' },
      { cause },
    );
  }
}

/** At least two bytes, unless there are fewer: a pipe may hand out one at a time. */
async function firstBytes(chunks: AsyncIterator<Uint8Array | string>): Promise<Uint8Array> {
  let bytes: Uint8Array = new Uint8Array();
  while (bytes.byteLength < 2) {
    const next = await chunks.next();
    if (next.done === true) break;
    bytes = Buffer.concat([bytes, toBytes(next.value)]);
  }
  return bytes;
}

async function* withFirst(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array | string>,
): AsyncGenerator<Uint8Array> {
  if (first.byteLength > 0) yield first;
  for (;;) {
    const next = await rest.next();
    if (next.done === true) return;
    yield toBytes(next.value);
  }
}

/** A stream that somebody set an encoding on hands out strings. */
function toBytes(chunk: Uint8Array | string): Uint8Array {
  return typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
}

import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { isGzip, isZlib } from '../../core/calls/feeds/payload-decoder.js';
import { Fault } from '../../core/fault.js';
import { unzipped } from './unzipped.js';

/** The bytes of a file or of standard input, unpacked when their first two say gzip or zlib. */
export interface ByteSource {
  readonly name: string;
  /** Only a file can be read a second time; a pipe has no end that is known, and no beginning once it was read. */
  readonly kind: 'file' | 'stream';
  /** When the file was last changed, epoch milliseconds; undefined for a stream. */
  readonly modifiedMs: number | undefined;
  /** Throws `Fault('payload.unreadable')` where reading fails, or compressed data ends too soon or is damaged. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** How far into the file itself (packed, if it is) reading has come. */
  position(): number;
}

/** A file that cannot be read, in words for whoever named it. */
export interface UnreadableFile {
  readonly problem: string;
}

/**
 * Opens a file, from an offset in its unpacked content on; a packed file is unpacked up to there. A missing one, a
 * directory or one without permission is a value, not an error.
 */
export async function openFile(path: string, from = 0): Promise<ByteSource | UnreadableFile> {
  try {
    const facts = await stat(path);
    if (facts.isDirectory()) return { problem: `${path} is a directory, not a file` };
    if (!facts.isFile()) return fromStream(path, await openStream(path));
    const isPacked = await hasPackedHead(path);
    const start = isPacked ? 0 : from;
    const read = counted(await openStream(path, start), start);
    return {
      name: path,
      kind: 'file',
      modifiedMs: facts.mtimeMs,
      chunks: inUtf8(isPacked ? behind(unzipped(read.chunks), from) : read.chunks, from),
      position: read.position,
    };
  } catch (cause) {
    return { problem: problemOf(path, cause) };
  }
}

/** The same over a stream that somebody else opened. */
export function fromStream(name: string, stream: Readable): ByteSource {
  const { chunks, position } = counted(stream, 0);
  return { name, kind: 'stream', modifiedMs: undefined, chunks: inUtf8(unpacked(chunks), 0), position };
}

/** Why a path cannot be read, in words. */
export function problemOf(path: string, cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return PROBLEMS.get(code)?.(path) ?? `${path} cannot be read (${code})`;
}

const PROBLEMS = new Map<string, (path: string) => string>([
  ['ENOENT', (path) => `there is no file ${path}`],
  ['ENOTDIR', (path) => `there is no file ${path}`],
  ['EACCES', (path) => `no permission to read ${path}`],
  ['EPERM', (path) => `no permission to read ${path}`],
  ['EISDIR', (path) => `${path} is a directory, not a file`],
]);

/** Waits until the file is really open, so that a refusal is known before anything is printed. */
function openStream(path: string, start?: number): Promise<Readable> {
  return new Promise((resolve, reject) => {
    // A pipe has no places: it can only be read on.
    const place = start === undefined ? {} : { start };
    const file = createReadStream(path, { ...place, highWaterMark: 256 * 1024 });
    file.once('open', () => resolve(file));
    file.once('error', reject);
  });
}

async function hasPackedHead(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && (isGzip(buffer) || isZlib(buffer));
  } finally {
    await file.close();
  }
}

function counted(stream: Readable, start: number): Pick<ByteSource, 'chunks' | 'position'> {
  let position = start;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of stream as AsyncIterable<Uint8Array | string>) {
        position += chunk.length;
        // A stream that somebody set an encoding on hands out strings.
        yield typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
      }
    } catch (cause) {
      const what = `data that cannot be read (${cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'})`;
      throw new Fault('payload.unreadable', { what }, { cause });
    }
  }
  return { chunks: chunks(), position: () => position };
}

async function* unpacked(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await firstBytes(iterator);
  const all = withFirst(first, { [Symbol.asyncIterator]: () => iterator });
  yield* isGzip(first) || isZlib(first) ? unzipped(all) : all;
}

/**
 * Refuses UTF-16, which Windows PowerShell writes when output is redirected: read as UTF-8 it would be thousands of lines that
 * nobody recognises.
 */
async function* inUtf8(chunks: AsyncIterable<Uint8Array>, from: number): AsyncGenerator<Uint8Array> {
  let isFirst = from === 0;
  for await (const chunk of chunks) {
    if (isFirst && isUtf16(chunk))
      throw new Fault('payload.unreadable', { what: 'text in UTF-16; convert it to UTF-8' });
    isFirst = false;
    yield chunk;
  }
}

/** Two characters, or a byte order mark and one: a zero byte at every other place, as no log begins. */
function isUtf16([a = 0, b = 0, c = 0, d = 0]: Uint8Array): boolean {
  if (a === 0xff && b === 0xfe) return c > 0 && d === 0;
  if (a === 0xfe && b === 0xff) return c === 0 && d > 0;
  return (a > 0 && b === 0 && c > 0 && d === 0) || (a === 0 && b > 0 && c === 0 && d > 0);
}

/** At least two bytes, unless there are fewer: a pipe may hand out one at a time. */
async function firstBytes(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let bytes: Uint8Array = new Uint8Array();
  while (bytes.byteLength < 2) {
    const next = await chunks.next();
    if (next.done === true) break;
    bytes = bytes.byteLength === 0 ? next.value : Buffer.concat([bytes, next.value]);
  }
  return bytes;
}

async function* withFirst(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.byteLength > 0) yield first;
  yield* rest;
}

async function* behind(chunks: AsyncIterable<Uint8Array>, from: number): AsyncGenerator<Uint8Array> {
  let before = 0;
  for await (const chunk of chunks) {
    const skip = Math.max(0, from - before);
    before += chunk.byteLength;
    if (skip < chunk.byteLength) yield skip === 0 ? chunk : chunk.subarray(skip);
  }
}

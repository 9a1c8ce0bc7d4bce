import * as v from 'valibot';
import { openFile } from '../adapters/files/byte-source.js';
import { PrefixHash, prefixHashes } from '../adapters/files/prefix-hash.js';
import { nodeDigest } from '../adapters/node/node-digest.js';
import { Fault } from '../core/fault.js';
import type { StateStore } from '../core/ports/state-store.js';

/**
 * How far a log file has been ingested. The file is known by its content up to where it was read, not by its name or
 * inode: rotation renames it, copying and compressing give it another inode.
 */
export interface FileCursor {
  /** Given once, when the file was first seen: part of the identity of lines that have none of their own. */
  readonly identity: string;
  /** How often the file was begun anew, because lines of it were rejected and then another format was given. */
  readonly reading: number;
  /** The format that was given, hashed; empty where it was inferred. */
  readonly format: string;
  /** Records rejected so far. */
  readonly rejected: number;
  /** What its calls looked like so far (`shapesWith`). */
  readonly shapes: readonly string[];
  /** Where to go on: behind the last line that is done with, in the unpacked file. */
  readonly bytes: number;
  readonly lines: number;
  /** What the file is known by: the hash of so many first bytes. At least `bytes`, but for a file begun anew. */
  readonly known: { readonly bytes: number; readonly hash: string };
  /** Lines behind `lines` that were ingested as they stood, and are read again when the file has grown. */
  readonly unfinished?: Unfinished | undefined;
}

/** Records at the end of a file that may not be whole: a line without its line feed, a record without its last line. */
export interface Unfinished {
  readonly kind: 'line' | 'record';
  readonly lines: number;
  /** What was set aside of them: the digest of its batch, and its positions. */
  readonly digest: string;
  readonly setAside: readonly number[];
}

type CursorState = Pick<StateStore, 'cursor' | 'setCursor'>;

/** Files with one beginning that are told apart; the one longest untouched is forgotten first. Some 100 KB at most. */
const FILES_PER_BEGINNING = 128;

/** Where reading goes on. */
export interface Resumption {
  readonly cursor: FileCursor;
  readonly start: { readonly bytes: number; readonly lines: number; readonly hash: PrefixHash };
}

export interface FoundCursor extends Resumption {
  /** Of all that the file is known by: where `start` may lie before. */
  readonly knownHash: PrefixHash;
}

export interface FileBeginning {
  /** Empty where it has no line feed yet: more of it may come. */
  readonly firstLine: string;
  /** More of the beginning. */
  readonly head: string;
  /** As `FileCursor.format`. */
  readonly format: string;
}

const BEGINNING = { rejected: 0, shapes: [], bytes: 0, lines: 0 } as const;

/** A cursor at the start of a file that was never seen, told apart from others that begin alike. */
export function newCursor({ head, format }: FileBeginning, others: readonly FileCursor[]): FileCursor {
  const taken = new Set(others.map((cursor) => cursor.identity));
  let identity = '';
  for (let number = 0; identity === '' || taken.has(identity); number++)
    identity = nodeDigest.hex(['file', head, String(number)], 16);
  return { ...BEGINNING, identity, reading: 0, format, known: { bytes: 0, hash: '' } };
}

/**
 * Where to go on in a file that begins so, or the files that begin alike when it is none of them. Reads the file up to
 * where it was read before.
 */
export async function findCursor(
  state: CursorState,
  path: string,
  beginning: FileBeginning,
): Promise<FoundCursor | { readonly others: readonly FileCursor[] }> {
  const lists = [...new Set([beginning.firstLine, ''])].map((firstLine) => readCursors(state, firstLine));
  const cursors = (await Promise.all(lists)).flat();
  if (cursors.length === 0) return { others: [] };
  const hashes = await hashesOf(
    path,
    cursors.flatMap(({ bytes, known }) => [bytes, known.bytes]),
  );
  const fitting = cursors.filter(
    ({ known }) => known.bytes > 0 && hashes.get(known.bytes)?.hex() === known.hash,
  );
  const [furthest] = fitting.sort((a, b) => b.known.bytes - a.known.bytes);
  const hash = furthest === undefined ? undefined : hashes.get(furthest.bytes);
  const knownHash = furthest === undefined ? undefined : hashes.get(furthest.known.bytes);
  if (furthest === undefined || hash === undefined || knownHash === undefined) return { others: cursors };
  if (furthest.rejected === 0 || furthest.format === beginning.format)
    return { cursor: furthest, start: { bytes: furthest.bytes, lines: furthest.lines, hash }, knownHash };
  const { identity, reading, known } = furthest;
  const { format } = beginning;
  const cursor = { ...BEGINNING, identity, reading: reading + 1, format, known };
  return { cursor, start: { bytes: 0, lines: 0, hash: PrefixHash.ofNothing() }, knownHash };
}

/** Replaces the file's cursor, leaving those of files that begin alike. */
export async function writeCursor(state: CursorState, firstLine: string, cursor: FileCursor): Promise<void> {
  const others = (await readCursors(state, firstLine)).filter(({ identity }) => identity !== cursor.identity);
  await state.setCursor(
    nameOf(firstLine),
    JSON.stringify([...others.slice(1 - FILES_PER_BEGINNING), cursor]),
  );
}

/** The cursors of all files that begin with this line. */
async function readCursors(state: CursorState, firstLine: string): Promise<readonly FileCursor[]> {
  const parsed = v.safeParse(CURSORS, await state.cursor(nameOf(firstLine)));
  // A cursor that cannot be read only costs reading the file again: every write of ingest is idempotent.
  return parsed.success ? parsed.output : [];
}

const CURSORS = v.pipe(
  v.string(),
  v.parseJson(),
  v.array(
    v.object({
      identity: v.string(),
      reading: v.number(),
      format: v.string(),
      rejected: v.number(),
      shapes: v.array(v.string()),
      bytes: v.number(),
      lines: v.number(),
      known: v.object({ bytes: v.number(), hash: v.string() }),
      unfinished: v.optional(
        v.object({
          kind: v.picklist(['line', 'record']),
          lines: v.number(),
          digest: v.string(),
          setAside: v.array(v.number()),
        }),
      ),
    }),
  ),
);

/** Prefixes that the file does not have, because it is shorter or breaks off before, are left out. */
async function hashesOf(path: string, offsets: readonly number[]): Promise<ReadonlyMap<number, PrefixHash>> {
  const source = await openFile(path);
  if ('problem' in source) return new Map();
  return prefixHashes(untilUnreadable(source.chunks), offsets);
}

async function* untilUnreadable(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    // Whoever reads on from the place that is found meets it again, and says so.
    if (!(error instanceof Fault) || error.code !== 'payload.unreadable') throw error;
  }
}

function nameOf(firstLine: string): string {
  return `FILE#${nodeDigest.hex([firstLine], 16)}`;
}

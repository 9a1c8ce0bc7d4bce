import * as v from 'valibot';
import { nodeDigest } from '../adapters/node/node-digest.js';
import type { StateStore } from '../core/ports/state-store.js';

/**
 * How far a log file has been ingested. The file is known by what it begins with, not by its name or inode: rotation
 * renames it, copying and compressing give it another inode. Two files may begin alike (a format without ids), so the
 * line just before the cursor must agree as well.
 */
export interface FileCursor {
  /** Given once, when the file was first seen: part of the identity of lines that have none of their own. */
  readonly identity: string;
  /** Of the unpacked file, behind the last ingested line feed. */
  readonly bytes: number;
  readonly lines: number;
  /** Size, with its line feed, and hash of the last ingested line. */
  readonly lastLine: { readonly bytes: number; readonly hash: string } | undefined;
}

/** Files with one beginning that are told apart; the one longest untouched is forgotten first. */
const FILES_PER_BEGINNING = 64;

const CURSORS = v.pipe(
  v.string(),
  v.parseJson(),
  v.array(
    v.object({
      identity: v.string(),
      bytes: v.number(),
      lines: v.number(),
      lastLine: v.optional(v.object({ bytes: v.number(), hash: v.string() })),
    }),
  ),
);

type CursorState = Pick<StateStore, 'cursor' | 'setCursor'>;

/** The cursors of all files that begin with this line. */
async function readCursors(state: CursorState, firstLine: string): Promise<readonly FileCursor[]> {
  const parsed = v.safeParse(CURSORS, await state.cursor(nameOf(firstLine)));
  // A cursor that cannot be read only costs reading the file again: every write of ingest is idempotent.
  return parsed.success ? parsed.output.map((cursor) => ({ ...cursor, lastLine: cursor.lastLine })) : [];
}

/**
 * Where to go on in a file: the furthest cursor whose last line stands where it stood, else a new one at the start.
 * `lineAt` reads the text between two offsets; `undefined` when the file is shorter.
 */
export async function findCursor(
  state: CursorState,
  file: { readonly firstLine: string; readonly head: string },
  lineAt: (from: number, to: number) => Promise<string | undefined>,
): Promise<FileCursor> {
  const known = await readCursors(state, file.firstLine);
  for (const cursor of [...known].sort((a, b) => b.bytes - a.bytes)) {
    if (cursor.lastLine === undefined) return cursor;
    const line = await lineAt(cursor.bytes - cursor.lastLine.bytes, cursor.bytes);
    if (line !== undefined && lineHash(line) === cursor.lastLine.hash) return cursor;
  }
  const identity = nodeDigest.hex(['file', file.head, String(known.length)], 16);
  return { identity, bytes: 0, lines: 0, lastLine: undefined };
}

/** Replaces the file's cursor, leaving those of files that begin alike. */
export async function writeCursor(state: CursorState, firstLine: string, cursor: FileCursor): Promise<void> {
  const others = (await readCursors(state, firstLine)).filter(({ identity }) => identity !== cursor.identity);
  await state.setCursor(
    nameOf(firstLine),
    JSON.stringify([...others.slice(1 - FILES_PER_BEGINNING), cursor]),
  );
}

/** Of a line without its line feed. */
export function lineHash(line: string): string {
  return nodeDigest.hex([line], 16);
}

function nameOf(firstLine: string): string {
  return `FILE#${nodeDigest.hex([firstLine], 16)}`;
}

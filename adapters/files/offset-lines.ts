import { PrefixHash } from './prefix-hash.js';

/** Lines of one piece of a file, without their line feeds, and where each of them ends. */
export interface OffsetLines {
  readonly lines: readonly string[];
  /** Bytes of the (unpacked) file up to and with the line feed of the line at the same index. */
  readonly ends: readonly number[];
  /** False for a last line that no line feed ends: more of it may yet be written. */
  readonly complete: boolean;
  /** Of the file up to the end of the line at this index. */
  prefixHash(index: number): PrefixHash;
}

/** A place in a file: the offset of a line's first byte, and the hash of what comes before it. */
export interface LineStart {
  readonly bytes: number;
  readonly hash: PrefixHash;
}

// Longer than any log line may be, so that the reader of the line rejects it; the rest of it is skipped.
const LONGEST_LINE = 5 * 1024 * 1024;
const LINE_FEED = 10;

/**
 * Cuts bytes into lines, a chunk's worth at a time, in constant memory, and tells where each line ends, so that reading
 * can go on there another day. Invalid UTF-8 becomes U+FFFD. The nothing behind a last line feed is no line.
 */
export async function* offsetLines(
  chunks: AsyncIterable<Uint8Array>,
  start: LineStart = { bytes: 0, hash: PrefixHash.ofNothing() },
): AsyncGenerator<OffsetLines> {
  const open = new OpenLine();
  let offset = start.bytes;
  let hash = start.hash;
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const before = hash;
    const base = offset;
    const lines: string[] = [];
    const ends: number[] = [];
    let from = 0;
    for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, from)) {
      lines.push(open.isEmpty ? bytes.toString('utf8', from, at) : open.endedBy(bytes.subarray(from, at)));
      from = at + 1;
      ends.push(base + from);
    }
    open.add(bytes.subarray(from));
    offset += bytes.byteLength;
    hash = before.and(bytes);
    if (lines.length > 0) {
      const prefixHash = (index: number): PrefixHash =>
        before.and(bytes.subarray(0, (ends[index] ?? base) - base));
      yield { lines, ends, complete: true, prefixHash };
    }
  }
  if (open.isEmpty) return;
  const whole = hash;
  yield {
    lines: [open.endedBy(new Uint8Array())],
    ends: [offset],
    complete: false,
    prefixHash: () => whole,
  };
}

/** The beginning of a line whose end has not come yet. */
class OpenLine {
  #parts: Uint8Array[] = [];
  #kept = 0;

  get isEmpty(): boolean {
    return this.#parts.length === 0;
  }

  add(bytes: Uint8Array): void {
    const part = bytes.subarray(0, LONGEST_LINE - this.#kept);
    if (part.byteLength === 0) return;
    // A copy: it may wait long, and must not hold on to its whole chunk.
    this.#parts.push(Buffer.from(part));
    this.#kept += part.byteLength;
  }

  endedBy(bytes: Uint8Array): string {
    this.add(bytes);
    const text = Buffer.concat(this.#parts).toString('utf8');
    this.#parts = [];
    this.#kept = 0;
    return text;
  }
}

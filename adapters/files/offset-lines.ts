/** Lines of one piece of a file, without their line feeds, and the offset behind each one's line feed. */
export interface OffsetLines {
  readonly lines: readonly string[];
  /** Bytes of the (unpacked) file up to and with the line feed of the line at the same index. */
  readonly ends: readonly number[];
  /** False for a last line that no line feed ends: more of it may yet be written. */
  readonly complete: boolean;
}

// Longer than any log line may be, so that the reader of the line rejects it; the rest of it is skipped.
const LONGEST_LINE = 5 * 1024 * 1024;
const LINE_FEED = 10;

/**
 * Cuts bytes into lines, a chunk's worth at a time, in constant memory, and tells where each line ends, so that reading
 * can go on there another day. `from` is the offset of the first byte. Invalid UTF-8 becomes U+FFFD. The nothing
 * behind a last line feed is no line.
 */
export async function* offsetLines(
  chunks: AsyncIterable<Uint8Array>,
  from: number,
): AsyncGenerator<OffsetLines> {
  let rest: Buffer = Buffer.alloc(0);
  let restSkipped = 0;
  let offset = from;
  for await (const chunk of chunks) {
    const bytes = rest.byteLength === 0 ? toBuffer(chunk) : Buffer.concat([rest, chunk]);
    const lines: string[] = [];
    const ends: number[] = [];
    let start = 0;
    for (let at = bytes.indexOf(LINE_FEED, start); at >= 0; at = bytes.indexOf(LINE_FEED, start)) {
      lines.push(bytes.toString('utf8', start, at));
      offset += restSkipped + at + 1 - start;
      restSkipped = 0;
      ends.push(offset);
      start = at + 1;
    }
    rest = bytes.subarray(start);
    if (rest.byteLength > LONGEST_LINE) {
      restSkipped += rest.byteLength - LONGEST_LINE;
      rest = rest.subarray(0, LONGEST_LINE);
    }
    if (lines.length > 0) yield { lines, ends, complete: true };
  }
  if (rest.byteLength > 0) {
    yield { lines: [rest.toString('utf8')], ends: [offset + restSkipped + rest.byteLength], complete: false };
  }
}

function toBuffer(chunk: Uint8Array): Buffer {
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

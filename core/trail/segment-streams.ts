import type { Compression } from '../ports/compression.js';
import { ByteReader, corruptSegment } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';

/** Bounds what a damaged segment may unfold to: 256 KiB of gzip cannot hold more than about 1,000 times itself. */
const UNPACKED_MAX_BYTES = 300 * 1024 * 1024;
const SEPARATOR = '\0';

/** The three streams of a segment: numbers and codes, texts (both compressed together), and random bits as they are. */
export class SegmentWriter {
  readonly packed = new ByteWriter();
  readonly raw = new ByteWriter();
  private readonly texts: string[] = [];

  constructor(readonly compression: Compression) {}

  text(value: string): void {
    this.texts.push(value);
  }

  /** gzip of texts and codes behind its length, then the raw bits. */
  finish(into: ByteWriter): Uint8Array {
    const { compression } = this;
    const body = new ByteWriter();
    const text = compression.encodeUtf8(this.joined());
    body.varint(this.texts.length);
    body.varint(text.length);
    body.append(text);
    body.append(this.packed.take());
    const compressed = compression.gzip(body.take());
    into.varint(compressed.length);
    into.append(compressed);
    into.append(this.raw.take());
    return into.take();
  }

  /** One look at all texts together: hardly ever does one need escaping. */
  private joined(): string {
    const { texts } = this;
    // Something stands between them: two halves of a pair must not seem whole.
    if (!NEEDS_ESCAPE.test(texts.join(' '))) return texts.join(SEPARATOR);
    return texts.map((text) => text.replace(ESCAPED, escapeUnit)).join(SEPARATOR);
  }
}

export class SegmentReader {
  readonly packed: ByteReader;
  readonly raw: ByteReader;
  private readonly texts: readonly string[];
  private next = 0;

  constructor(
    source: ByteReader,
    readonly compression: Compression,
  ) {
    const compressed = source.take(source.varint());
    this.raw = new ByteReader(source.rest());
    const body = new ByteReader(gunzip(compressed, compression));
    const count = body.varint();
    const text = compression.decodeUtf8(body.take(body.varint()));
    this.texts = count === 0 ? [] : text.split(SEPARATOR);
    if (this.texts.length !== count) corruptSegment('texts missing');
    this.packed = new ByteReader(body.rest());
  }

  text(): string {
    const text = this.texts[this.next++];
    if (text === undefined) return corruptSegment('texts missing');
    return text.includes(ESCAPE) ? text.replace(ESCAPE_CODE, unescapeUnit) : text;
  }
}

/**
 * UTF-8 has no lone surrogates, and NUL separates texts; a caller may have written either. Such UTF-16 units are
 * written as U+0001 and four hexadecimal digits.
 */
const ESCAPE = '\u0001';
// biome-ignore lint/suspicious/noControlCharactersInRegex: the control characters are what is escaped
const NEEDS_ESCAPE = /[\u0000\u0001]|\p{Surrogate}/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the control characters are what is escaped
const ESCAPED = /[\u0000\u0001]|\p{Surrogate}/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the control characters are what is escaped
const ESCAPE_CODE = /\u0001([0-9a-f]{4})/g;

function escapeUnit(unit: string): string {
  return `${ESCAPE}${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function unescapeUnit(_: string, code: string): string {
  return String.fromCharCode(Number.parseInt(code, 16));
}

function gunzip(bytes: Uint8Array, compression: Compression): Uint8Array {
  try {
    return compression.gunzip(bytes, UNPACKED_MAX_BYTES);
  } catch {
    return corruptSegment('not gzip');
  }
}

import { gunzipSync } from 'node:zlib';
import * as v from 'valibot';
import { nodeCompression } from '../node/node-compression.js';
import type { ItemReader } from './attributes.js';

/** Below it gzip's own 20 bytes and the time are not worth it. */
const PACK_FROM_BYTES = 256;
/** Bounds what a damaged or hostile item may unfold to. */
const UNPACKED_MAX_BYTES = 64 * 1024 * 1024;

const GZIP = 1;
const PLAIN = 0;

const counts = v.record(v.string(), v.record(v.string(), v.number()));

/** JSON as a binary attribute: one byte that says how, then the text, compressed where that is smaller. A text is taken for JSON already. */
export function packJson(value: unknown): Uint8Array;
/** `undefined` when the result would be longer than `maxBytes`. */
export function packJson(value: unknown, maxBytes: number): Uint8Array | undefined;
export function packJson(value: unknown, maxBytes = Number.POSITIVE_INFINITY): Uint8Array | undefined {
  const text = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  const packed =
    text.byteLength < PACK_FROM_BYTES
      ? Buffer.concat([Buffer.of(PLAIN), text])
      : Buffer.concat([Buffer.of(GZIP), nodeCompression.gzip(text)]);
  return packed.byteLength > maxBytes ? undefined : packed;
}

export function unpackText(reader: ItemReader, name: string): string {
  const packed = reader.bytes(name);
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength).subarray(1);
  switch (packed[0]) {
    case PLAIN:
      return bytes.toString();
    case GZIP:
      try {
        return gunzipSync(bytes, { maxOutputLength: UNPACKED_MAX_BYTES }).toString();
      } catch (cause) {
        return reader.corrupt(name, cause);
      }
    default:
      return reader.corrupt(name);
  }
}

/** Two levels of names with counts at the end, such as calls by route and status. */
export function unpackCounts(
  reader: ItemReader,
  name: string,
): Readonly<Record<string, Readonly<Record<string, number>>>> {
  let json: unknown;
  try {
    json = JSON.parse(unpackText(reader, name));
  } catch (cause) {
    return reader.corrupt(name, cause);
  }
  const parsed = v.safeParse(counts, json);
  return parsed.success ? parsed.output : reader.corrupt(name);
}

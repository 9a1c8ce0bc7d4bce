import { isIpv4 } from '../calls/ip-address.js';
import { corruptSegment } from './byte-reader.js';
import { fixedShapeOf, readFixedShape, writeFixedShape } from './fixed-shape.js';
import type { SegmentReader, SegmentWriter } from './segment-streams.js';

const PLAIN = 0;
const FIXED = 1;
const MIXED = 2;

const TEXT = 0;
const DECIMAL = 1;
const UUID = 2;
const IPV4 = 3;

const UUID_SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const DECIMAL_SHAPE = /^(?:0|[1-9]\d{0,14})$/;

/** Writes texts in order; the reader is told how many. Ids of one shape go packed, others by kind: number, UUID, address, text. */
export function writeTexts(out: SegmentWriter, values: readonly string[]): void {
  const shape = fixedShapeOf(values, out.compression);
  if (shape !== undefined) {
    out.packed.byte(FIXED);
    writeFixedShape(out, shape);
    return;
  }
  const kinds = values.map(kindOf);
  if (kinds.every((kind) => kind === TEXT)) {
    out.packed.byte(PLAIN);
    for (const value of values) out.text(value);
    return;
  }
  out.packed.byte(MIXED);
  for (const kind of kinds) out.packed.byte(kind);
  const uuids: string[] = [];
  for (const [at, value] of values.entries()) {
    const kind = kinds[at];
    if (kind === DECIMAL) out.packed.varint(Number(value));
    else if (kind === IPV4) writeIpv4(out, value);
    else if (kind === UUID) uuids.push(value);
    else out.text(value);
  }
  for (const uuid of uuids) writeUuid(out, uuid);
}

export function readTexts(source: SegmentReader, count: number): string[] {
  switch (source.packed.byte()) {
    case PLAIN:
      return Array.from({ length: count }, () => source.text());
    case FIXED:
      return readFixedShape(source, count);
    case MIXED:
      return readMixed(source, count);
    default:
      return corruptSegment('unknown kind of texts');
  }
}

function readMixed(source: SegmentReader, count: number): string[] {
  const kinds = source.packed.take(count);
  const values = Array.from(kinds, (kind) => {
    switch (kind) {
      case DECIMAL:
        return String(source.packed.varint());
      case IPV4:
        return source.raw.take(4).join('.');
      case UUID:
        return '';
      case TEXT:
        return source.text();
      default:
        return corruptSegment('unknown kind of text');
    }
  });
  return values.map((value, at) => (kinds[at] === UUID ? readUuid(source) : value));
}

function kindOf(value: string): number {
  const first = value.charCodeAt(0);
  if (value.length === 36) return UUID_SHAPE.test(value) ? UUID : TEXT;
  // Digits only from here on: most texts are told apart by their first character.
  if (first < 48 || first > 57 || value.length > 15) return TEXT;
  if (DECIMAL_SHAPE.test(value)) return DECIMAL;
  return isIpv4(value) ? IPV4 : TEXT;
}

/** Four bytes; `isIpv4` has looked at every character. */
function writeIpv4(out: SegmentWriter, address: string): void {
  let octet = 0;
  for (let at = 0; at < address.length; at++) {
    const code = address.charCodeAt(at);
    if (code === DOT) {
      out.raw.byte(octet);
      octet = 0;
    } else octet = octet * 10 + code - 48;
  }
  out.raw.byte(octet);
}

const DOT = 46;

function writeUuid(out: SegmentWriter, uuid: string): void {
  for (const at of UUID_BYTES) out.raw.byte((hexAt(uuid, at) << 4) | hexAt(uuid, at + 1));
}

/** Where the bytes of a UUID begin in its text. */
const UUID_BYTES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/** Of a digit in lower case. */
function hexAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 58 ? code - 48 : code - 87;
}

function readUuid(source: SegmentReader): string {
  const bytes = source.raw.take(16);
  let uuid = '';
  for (let at = 0; at < 16; at++) uuid += `${HYPHEN_BEFORE.has(at) ? '-' : ''}${HEX_OF_BYTE[bytes[at] ?? 0]}`;
  return uuid;
}

const HYPHEN_BEFORE: ReadonlySet<number> = new Set([4, 6, 8, 10]);
const HEX_OF_BYTE = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

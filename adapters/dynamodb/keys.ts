import { createHash } from 'node:crypto';

/** Longest readable copy of a value that a caller may have written. */
const READABLE_MAX_BYTES = 512;

const SAFE = /^[A-Za-z0-9._$@-]{1,128}$/;
const HOUR_MS = 3_600_000;
/** 9999-12-31T23:59:59.999Z: the last instant that sorts as a four-digit year. */
const LAST_MS = 253_402_300_799_999;
const CUT_MARK = '…';

/** 16 bytes of SHA-256 over length-prefixed parts, hexadecimal: the only form in which callers' text enters a key. */
export function hashKey(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex').slice(0, 32);
}

/**
 * A name that our own side gave (API id, stage, account, digest) as it is, so that keys read well in the console;
 * anything of another shape as `~` and the hash of its readable form, which no plain name can equal and which the
 * attribute beside the key gives again.
 */
export function keyPart(text: string): string {
  return SAFE.test(text) ? text : `~${hashKey(readable(text))}`;
}

/** `2026-11-23T16:08:00.123Z`; times outside the years 1970–9999, which only a hostile line holds, are moved to its ends. */
export function timeKey(ms: number): string {
  return new Date(withinYears(ms)).toISOString();
}

/** `2026-11-23T16`. */
export function hourKey(ms: number): string {
  return timeKey(ms).slice(0, 13);
}

/** `2026-11-23`. */
export function dayKey(ms: number): string {
  return timeKey(ms).slice(0, 10);
}

export function hourOf(ms: number): number {
  return Math.floor(withinYears(ms) / HOUR_MS) * HOUR_MS;
}

/** A non-negative integer that sorts as text. */
export function ordinalKey(value: number): string {
  return String(Math.max(0, Math.floor(value))).padStart(6, '0');
}

/**
 * A value that a caller may have written, as an attribute: well-formed, and where longer than 512 bytes of UTF-8, its
 * start, `…` and 16 digits of its hash, so that two long values stay two.
 */
export function readable(text: string, maxBytes = READABLE_MAX_BYTES): string {
  const wellFormed = toWellFormed(text);
  if (wellFormed.length * 3 <= maxBytes || Buffer.byteLength(wellFormed) <= maxBytes) return wellFormed;
  const hash = hashKey(text).slice(0, 16);
  return `${cutUtf8(wellFormed, maxBytes - hash.length - Buffer.byteLength(CUT_MARK))}${CUT_MARK}${hash}`;
}

/** The longest start of the text that fits, never half a character. */
export function cutUtf8(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.byteLength <= maxBytes) return text;
  let end = maxBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}

/** Lone surrogates become U+FFFD: JSON on the wire has no way to say them. */
export function toWellFormed(text: string): string {
  return LONE_SURROGATE.test(text) ? Buffer.from(text).toString() : text;
}

const LONE_SURROGATE = /\p{Surrogate}/u;

function withinYears(ms: number): number {
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(Math.floor(ms), 0), LAST_MS);
}

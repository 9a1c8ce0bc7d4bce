import { at, mix, type Random } from './random.js';

const BASE64_URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const PAIRS: readonly string[] = Array.from(
  { length: 4096 },
  (_, n) => BASE64_URL.charAt(n >>> 6) + BASE64_URL.charAt(n & 63),
);
const HEX4: readonly string[] = Array.from({ length: 65536 }, (_, n) => n.toString(16).padStart(4, '0'));
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LOWER_ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Makes ticks of 25 ms, modulo 2^32, agree with ids that API Gateway printed at known times. */
const TICK_OFFSET = 1_686_433_814;

/**
 * An extended request id (HTTP and WebSocket: the request id) in API Gateway's shape: 11 bytes in base64url. Real
 * ids start with the time in ticks of 25 ms, hold two bytes that belong to the region, and about 32 random bits;
 * so do these, for an id that were random throughout would make the trail look larger than it is.
 */
export function gatewayId(timeMs: number, random: Random, kind: 'request' | 'connection'): string {
  const ticks = (Math.floor(timeMs / 25) + TICK_OFFSET) >>> 0;
  const low = random.u32();
  const middle = low >>> 16;
  const extra = random.u32();
  const host = (extra & 1) === 0 ? 0x20 : 0xa0;
  const fleet = kind === 'connection' ? 0x02 : 0x04 | ((extra >>> 1) & 1);
  const last = low & 0xfffc;
  return `${
    at(PAIRS, ticks >>> 20) +
    at(PAIRS, (ticks >>> 8) & 0xfff) +
    at(PAIRS, ((ticks & 0xff) << 4) | (middle >>> 12)) +
    at(PAIRS, middle & 0xfff) +
    at(PAIRS, host << 4) +
    at(PAIRS, (0x3 << 8) | fleet) +
    at(PAIRS, last >>> 4) +
    BASE64_URL.charAt((last & 0xf) << 2)
  }=`;
}

/** A random (version 4) UUID, as REST APIs print for `$context.requestId`. */
export function uuid(random: Random): string {
  return uuidFrom(random.u32(), random.u32(), random.u32(), random.u32());
}

/** The same UUID for the same owner and number: how users and objects keep their ids without being remembered. */
export function stableUuid(owner: number, n: number): string {
  const first = mix(owner, n);
  const second = mix(first, n);
  const third = mix(second, owner);
  return uuidFrom(first, second, third, mix(third, first));
}

function uuidFrom(a: number, b: number, c: number, d: number): string {
  const version = 0x4000 | (b & 0x0fff);
  const variant = 0x8000 | (c & 0x3fff);
  return `${at(HEX4, a >>> 16)}${at(HEX4, a & 0xffff)}-${at(HEX4, b >>> 16)}-${at(HEX4, version)}-${at(
    HEX4,
    variant,
  )}-${at(HEX4, c >>> 16)}${at(HEX4, d >>> 16)}${at(HEX4, d & 0xffff)}`;
}

/** `digits` hexadecimal digits that belong to this owner and number. */
export function stableHex(owner: number, n: number, digits: number): string {
  let text = '';
  for (let word = mix(owner, n); text.length < digits; word = mix(word, owner))
    text += at(HEX4, word >>> 16) + at(HEX4, word & 0xffff);
  return text.slice(0, digits);
}

/** A ULID of the given time that belongs to this owner and number. */
export function stableUlid(owner: number, n: number, timeMs: number): string {
  let left = timeMs;
  let time = '';
  for (let i = 0; i < 10; i++) {
    time = CROCKFORD.charAt(left % 32) + time;
    left = Math.floor(left / 32);
  }
  return time + stableText(CROCKFORD, owner, n, 16);
}

/** An API id or API key id: ten lower-case letters and digits. */
export function tenCharacters(owner: number, n: number): string {
  return stableText(LOWER_ALPHANUMERIC, owner, n, 10);
}

/** An IAM unique id such as `AROA` and 17 upper-case letters and digits. */
export function iamUniqueId(prefix: string, owner: number, n: number): string {
  return prefix + stableText('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', owner, n, 17);
}

function stableText(alphabet: string, owner: number, n: number, length: number): string {
  let text = '';
  let word = mix(owner, n);
  for (let i = 0; i < length; i++) {
    text += alphabet.charAt(word % alphabet.length);
    word = mix(word, i);
  }
  return text;
}

/**
 * CloudWatch Logs event ids of one put: 56 digits, the event's time in the upper bits (milliseconds shifted by 144),
 * then a number that counts up from a random start within the put.
 */
export class EventIds {
  #next: bigint;

  constructor(random: Random) {
    this.#next = 0n;
    for (let word = 0; word < 4; word++) this.#next = (this.#next << 32n) | BigInt(random.u32());
  }

  next(timeMs: number): string {
    this.#next += 1n;
    return ((BigInt(timeMs) << 144n) + this.#next).toString();
  }
}

/**
 * Whether a value can hold no secret because of its shape alone: a word of up to 15 characters, an extended request id
 * (15 characters and `=`), a UUID in lower case. Everything else is to be looked at. By hand and not by a regular
 * expression: a dozen values of every line come through here.
 */
export function isPlainToken(value: string): boolean {
  const { length } = value;
  if (length <= SHORT_MAX) return length > 0 && isAll(value, 0, length, WORD);
  if (length === EXTENDED_ID_LENGTH)
    return value.charCodeAt(length - 1) === EQUALS && isAll(value, 0, length - 1, ID);
  return isUuid(value);
}

/** A UUID of any version, in lower case. The dashes first: so each stretch is a loop that asks one thing of a character. */
export function isUuid(value: string): boolean {
  return (
    value.length === UUID_LENGTH &&
    value.charCodeAt(8) === DASH &&
    value.charCodeAt(13) === DASH &&
    value.charCodeAt(18) === DASH &&
    value.charCodeAt(23) === DASH &&
    isAll(value, 0, 8, HEX) &&
    isAll(value, 9, 13, HEX) &&
    isAll(value, 14, 18, HEX) &&
    isAll(value, 19, 23, HEX) &&
    isAll(value, 24, UUID_LENGTH, HEX)
  );
}

const SHORT_MAX = 15;
const EXTENDED_ID_LENGTH = 16;
const UUID_LENGTH = 36;
const DASH = 45;
const EQUALS = 61;

const WORD = 1;
const ID = 2;
const HEX = 4;

/** The classes of each character, as bits; beyond ASCII there is none. */
const CLASSES = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return (
    (/[\w$./-]/.test(character) ? WORD : 0) |
    (/[\w-]/.test(character) ? ID : 0) |
    (/[0-9a-f]/.test(character) ? HEX : 0)
  );
});

function isAll(value: string, from: number, end: number, wanted: number): boolean {
  for (let at = from; at < end; at++) if (((CLASSES[value.charCodeAt(at)] ?? 0) & wanted) === 0) return false;
  return true;
}

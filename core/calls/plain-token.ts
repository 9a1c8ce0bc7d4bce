/**
 * Whether a value can hold no secret because of its shape alone: a word of up to 15 characters, an extended request id
 * (15 characters and `=`), a UUID in lower case. Everything else is to be looked at. By hand and not by a regular
 * expression: a dozen values of every line come through here.
 */
export function isPlainToken(value: string): boolean {
  const { length } = value;
  if (length <= SHORT_MAX) return length > 0 && isAll(value, length, WORD);
  if (length === EXTENDED_ID_LENGTH)
    return value.charCodeAt(length - 1) === EQUALS && isAll(value, length - 1, ID);
  return isUuid(value);
}

/** A UUID of any version, in lower case. */
export function isUuid(value: string): boolean {
  if (value.length !== UUID_LENGTH) return false;
  for (let at = 0; at < UUID_LENGTH; at++) {
    const isDash = at === 8 || at === 13 || at === 18 || at === 23;
    const code = value.charCodeAt(at);
    if (isDash ? code !== DASH : ((CLASSES[code] ?? 0) & HEX) === 0) return false;
  }
  return true;
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

function isAll(value: string, end: number, wanted: number): boolean {
  for (let at = 0; at < end; at++) if (((CLASSES[value.charCodeAt(at)] ?? 0) & wanted) === 0) return false;
  return true;
}

import { isUuid } from '../plain-token.js';
import { redactCardNumbers } from './card-number.js';
import { REDACTED, SECRET_QUERY_NAMES, SECRET_SHAPES, SECRET_WORDS } from './secret-catalogue.js';
import { announcesToken, isSecretName } from './secret-name.js';
import { isSuspicious, OPAQUE_MIN, signsOf } from './suspicion.js';

const SHAPES = shapesBut(undefined);
// A key's base64 holds slashes, and so does a path: there it ends with its segment, or the route behind it is lost.
const PATH_SHAPES = shapesBut('private key');

// These hold everything up to the end of the line: schemes, pairs and lists with spaces between.
const WHOLE_LINES = /((?:proxy-)?authorization|(?:set-)?cookie2?)(["']?\s{0,3}[:=]\s{0,3})[^\r\n"'}]+/gi;

const ASSIGNMENTS = new RegExp(
  String.raw`(?<![a-z])((?:[a-z]{1,20}[-_]){0,3}[a-z]{0,12}(?:${SECRET_WORDS.join('|')})\\?["']?\s{0,3}[:=]\s{0,3})(\\*"[^"]*"?|\\*'[^']*'?|[^\s&,;"'<>})\]]+)`,
  'gi',
);

// In an address that stands in a text: an OAuth code, a state, a ticket.
const QUERY_PAIRS = new RegExp(
  String.raw`([?&#;](?:${SECRET_QUERY_NAMES.join('|')})=)(?!${REDACTED.replace(/\W/g, '\\$&')})[^\s&#;"'<>\\]+`,
  'gi',
);

// A secret access key is forty characters and looks like many another thing: it counts beside its id, or behind its name.
const ACCESS_KEY_ID = /(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{12,}/;
const SECRET_ACCESS_KEY =
  /(?<![A-Za-z\d/+=])(?![\da-f]{40}(?![A-Za-z\d/+=]))[A-Za-z\d/+]{40}(?![A-Za-z\d/+=])/g;
const NAMED_ACCESS_KEY =
  /(secret[-_ ]?(?:access[-_ ]?)?key[^A-Za-z\d/+]{1,8})[A-Za-z\d/+]{40}(?![A-Za-z\d/+=])/gi;

// Without its end: a match stops at a bracket.
const MARKER = REDACTED.slice(0, -1);

/** Values that say no more than that there is none. */
export const NOTHING =
  /^(?:null|true|false|none|undefined|empty|missing|invalid|expired|required|failed|denied|unknown|not|is|[\\"']*)$/i;

/** Replaces the secrets in free text; the text itself where there is none. Linear in the length of the text. */
export function redactText(text: string): string {
  return isSuspicious(text) ? redactAnyText(text) : text;
}

/** A path: as text, and besides an opaque segment behind one that announces a secret (`/reset-password/…`). */
export function redactPath(path: string): string {
  const signs = signsOf(path);
  if (signs === 0) return path;
  if (isSuspicious(path)) return redactAnyPath(path);
  const segments = path.split('/');
  const hidden = segments.map((_, at) => isHidden(segments, at));
  return hidden.includes(true) ? redactAnyPath(path) : path;
}

/** `redactText` without a look beforehand at whether there is anything to find: what the quick look is held against. */
export function redactAnyText(text: string): string {
  const plain = redactPlain(text);
  if (!plain.includes('%')) return plain;
  // Percent encoding can hide a secret from every pattern: judge the decoded form. There is no telling which
  // characters of the encoded form it came from, so that the whole part between separators goes.
  if (!hidesSecret(plain)) return plain;
  const kept = plain
    .split(/(;|%3b)/i)
    .map((part) => (hidesSecret(part) ? withoutHidden(part) : part))
    .join('');
  return hidesSecret(kept) ? REDACTED : kept;
}

/** `redactPath`, likewise. */
export function redactAnyPath(path: string): string {
  const segments = path.replace(PATH_SHAPES, REDACTED).split('/');
  return segments
    .map((segment, at) => (isHidden(segments, at) ? REDACTED : redactAnyText(segment)))
    .join('/');
}

function isHidden(segments: readonly string[], at: number): boolean {
  return isOpaque(segments[at] ?? '') && isAnnounced(segments, at);
}

function isAnnounced(segments: readonly string[], at: number): boolean {
  const before = segments[at - 1] ?? '';
  if (before === '') return false;
  // Between what announces a token and the token there may be the user it is for.
  return isSecretName(before) || announcesToken(before) || announcesToken(segments[at - 2] ?? '');
}

/** Long, of letters and digits mixed, no UUID: what tokens look like and names do not. */
export function isOpaque(value: string): boolean {
  return (
    value.length >= OPAQUE_MIN &&
    !isUuid(value) &&
    /^[\w+/=.~-]+$/.test(value) &&
    /\d/.test(value) &&
    /[a-z]/i.test(value) &&
    !UUID.test(value)
  );
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Keeps the name before `=` where the secret is all behind it. */
function withoutHidden(part: string): string {
  const at = part.indexOf('=') + 1;
  const kept = at === 0 ? REDACTED : `${part.slice(0, at)}${REDACTED}`;
  return hidesSecret(kept) ? REDACTED : kept;
}

function hidesSecret(text: string): boolean {
  const decoded = decodePercent(text);
  return decoded !== text && redactPlain(decoded) !== decoded;
}

function shapesBut(name: string | undefined): RegExp {
  const shapes = SECRET_SHAPES.filter((shape) => shape.name !== name);
  return new RegExp(shapes.map((shape) => `(?:${shape.pattern})`).join('|'), 'g');
}

function redactPlain(text: string): string {
  const keyless = ACCESS_KEY_ID.test(text) ? text.replace(SECRET_ACCESS_KEY, REDACTED) : text;
  const shapeless = keyless
    .replace(NAMED_ACCESS_KEY, `$1${REDACTED}`)
    .replace(SHAPES, REDACTED)
    .replace(WHOLE_LINES, `$1$2${REDACTED}`)
    .replace(QUERY_PAIRS, `$1${REDACTED}`);
  const unassigned = shapeless.replace(ASSIGNMENTS, (whole, name: string, value: string) => {
    const quote = /^\\*["']/.exec(value)?.[0] ?? '';
    const bare = value.slice(quote.length);
    return bare.startsWith(MARKER) || NOTHING.test(bare) ? whole : `${name}${quote}${REDACTED}${quote}`;
  });
  return redactCardNumbers(unassigned);
}

/** Decodes `%xx` (twice, for double encoding) to Latin-1: enough to find ASCII secrets; never throws. */
export function decodePercent(text: string): string {
  let decoded = text;
  for (let round = 0; round < 2 && decoded.includes('%'); round++) {
    decoded = decoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }
  return decoded;
}

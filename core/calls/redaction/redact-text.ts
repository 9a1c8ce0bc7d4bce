import { redactCardNumbers } from './card-number.js';
import { REDACTED, SECRET_SHAPE_SIGNS, SECRET_SHAPES, SECRET_WORDS } from './secret-catalogue.js';
import { isSecretName } from './secret-name.js';

// Most paths, user agents and messages hold no sign at all: this one test is what they pay. A value needs `=`, `:`
// or an escape before it, a card its digits; a secret-looking segment of a path is judged by the one before it.
const SUSPICIOUS = new RegExp(
  String.raw`[=:%@]|${SECRET_SHAPE_SIGNS.join('|')}|[2-6](?:[ ._+\u00a0-]?\d){12}|(?:oken|ass|ecret|key|redential)[^/]{0,12}\/`,
);

const SHAPES = shapesBut(undefined);
// A key's base64 holds slashes, and so does a path: there it ends with its segment, or the route behind it is lost.
const PATH_SHAPES = shapesBut('private key');

// These hold everything up to the end of the line: schemes, pairs and lists with spaces between.
const WHOLE_LINES = /((?:proxy-)?authorization|(?:set-)?cookie2?)(["']?\s{0,3}[:=]\s{0,3})[^\r\n"'}]+/gi;

const ASSIGNMENTS = new RegExp(
  String.raw`(?<![a-z])((?:[a-z]{1,20}[-_]){0,3}[a-z]{0,12}(?:${SECRET_WORDS.join('|')})\\?["']?\s{0,3}[:=]\s{0,3})(\\*"[^"]*"?|\\*'[^']*'?|[^\s&,;"'<>})\]]+)`,
  'gi',
);

// Without its end: a match stops at a bracket.
const MARKER = REDACTED.slice(0, -1);

/** Values that say no more than that there is none. */
const NOTHING = /^(?:null|true|false|[\\"']*)$/;

/** Replaces the secrets in free text; the text itself where there is none. Linear in the length of the text. */
export function redactText(text: string): string {
  return SUSPICIOUS.test(text) ? redactSuspicious(text) : text;
}

/** A path: as text, and besides an opaque segment behind one that announces a secret (`/reset-password/…`). */
export function redactPath(path: string): string {
  if (!SUSPICIOUS.test(path)) return path;
  let previous = '';
  return path
    .replace(PATH_SHAPES, REDACTED)
    .split('/')
    .map((segment) => {
      const secret = isOpaque(segment) && previous !== '' && isSecretName(previous);
      previous = segment;
      return secret ? REDACTED : redactSuspicious(segment);
    })
    .join('/');
}

/** Long, of letters and digits mixed, no UUID: what tokens look like and names do not. */
export function isOpaque(value: string): boolean {
  return (
    value.length >= 16 &&
    /^[\w+/=.~-]+$/.test(value) &&
    /\d/.test(value) &&
    /[a-z]/i.test(value) &&
    !UUID.test(value)
  );
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function redactSuspicious(text: string): string {
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
  const shapeless = text.replace(SHAPES, REDACTED).replace(WHOLE_LINES, `$1$2${REDACTED}`);
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

import { SECRET_MARKS, SECRET_QUERY_NAMES, SECRET_SHAPE_SIGNS, SECRET_WORDS } from './secret-catalogue.js';
import { compileSignScan, SIGN } from './sign-scan.js';

/** The least that a token has, in characters. */
export const OPAQUE_MIN = 16;

/** Signs of secrets in a text, as bits (`SIGN`, `LONG`): nearly all paths and tokens of ordinary calls have none, and need no other look. */
export const signsOf: (text: string) => number = compileSignScan(
  // A secret access key goes by its name alone.
  [...SECRET_SHAPE_SIGNS, ...SECRET_MARKS, 'key'],
  OPAQUE_MIN,
);

/**
 * Whether a text may hold what redaction replaces; `false` is certain. User agents with `rv:109.0` and messages with a colon have
 * signs, and fail at the second look.
 */
export function isSuspicious(text: string): boolean {
  if ((signsOf(text) & SIGN) === 0) return false;
  if (LOOKS.test(text) || (text.includes('@') && text.includes('//'))) return true;
  return (text.includes('=') || text.includes(':')) && NAMED.test(text);
}

const SPACED = ['bearer', 'basic', 'digest', 'negotiate', 'token', 'apikey'];

// `%` may hide anything.
const LOOKS = new RegExp(
  [
    ...SECRET_SHAPE_SIGNS.filter((sign) => !SPACED.includes(sign)).map((sign) => sign.replaceAll('.', '\\.')),
    `${anyCase(SPACED)}\\s`,
    '%',
    String.raw`[2-6](?:[ ._+\u00a0-]?\d){12}`,
    `${anyCase(['key'])}[^A-Za-z\\d/+]`,
  ].join('|'),
);

const NAMED = new RegExp(
  String.raw`(?:authorization|cookie2?|${SECRET_WORDS.join('|')})\\?["']?\s{0,3}[:=]|[?&#;](?:${SECRET_QUERY_NAMES.join('|')})=`,
  'i',
);

function anyCase(words: readonly string[]): string {
  const letters = (word: string) => word.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
  return `(?:${words.map(letters).join('|')})`;
}

import type { Pair } from './json-pairs.js';
import { meaningsOf } from './key-aliases.js';
import { toLayout } from './layout.js';
import { canReadQuoted, type ExactReader, quotedReader } from './quoted-reader.js';
import { hasUnescaped } from './reading.js';
import { type Escaping, unescapeValue } from './unescape.js';
import { factsOf } from './variables.js';

const ESCAPING: Readonly<Record<string, Escaping>> = { json: 'json', xml: 'xml', 'key-value': 'quoted' };

/** The value of a named field: unescaped, `undefined` where the line says there is none or ended inside it. */
export function toPairValue(kind: string, pair: Pair, raw: string): string | undefined {
  if (raw === '-' || (!pair.quoted && (raw === 'null' || raw === ''))) return undefined;
  if (pair.partial && trustOf(pair) === undefined) return undefined;
  const own = withoutOwnMarks(pair, raw);
  if (own === '-') return undefined;
  if (!pair.quoted || (kind !== 'xml' && hasUnescaped(own, '"'))) return own;
  return unescapeValue(ESCAPING[kind] ?? 'none', own);
}

/**
 * Without what the format itself puts around the variable: quotes that were escaped once too often (`"\"$context.path\""`),
 * and the brackets of a CLF time. Those of `error.messageString` are API Gateway's.
 */
function withoutOwnMarks(pair: Pair, raw: string): string {
  if (raw.startsWith('[') && CLF_IN_BRACKETS.test(raw)) return raw.slice(1, -1);
  const isQuoted =
    pair.quoted && raw.length >= 4 && raw.startsWith(ESCAPED_QUOTE) && raw.endsWith(ESCAPED_QUOTE);
  if (!isQuoted || meaningsOf(pair.key)[0]?.variable === 'error.messageString') return raw;
  return raw.slice(ESCAPED_QUOTE.length, -ESCAPED_QUOTE.length);
}

const ESCAPED_QUOTE = String.raw`\"`;
const CLF_IN_BRACKETS = /^\[\d\d\/[A-Z][a-z]{2}\/\d{4}:[^\]]{8,20}\]$/;

/**
 * Whether a JSON value is an array or object where API Gateway writes a number or a word, or one that is more than a list of
 * words right behind a text that a caller writes: who opens a bracket in one text and closes it in another hides the
 * gateway's fields in between. Elsewhere a format may nest what it likes.
 */
export function hidesFields(pair: Pair, raw: string, before: Pair | undefined): boolean {
  if (pair.quoted || !(raw.startsWith('[') || raw.startsWith('{'))) return false;
  if (trustOf(pair) === undefined) return true;
  if (WORD_LIST.test(raw)) return false;
  return (before !== undefined && isCallersText(before)) || holdsGatewayKey(raw);
}

/** Whether a key stands in it under which the gateway writes: `[{"ip":"…"}]`. */
function holdsGatewayKey(raw: string): boolean {
  for (const [, key = ''] of raw.matchAll(KEYS)) if (trustOf({ key }) === undefined) return true;
  return false;
}

/** A name that is not too long to be one, and its colon. */
const KEYS = /"([^"]{1,64})"\s{0,8}:/g;

function isCallersText({ key }: Pair): boolean {
  return meaningsOf(key).length > 0 && isFreeText(key);
}

/** Lists of a claim (`[admin users]`) or of who forwards the lines (`["a", "b"]`). No key can stand in one, whichever quote is open. */
const WORD_LIST = /^\[(?:\s*"[^"]*"\s*|[^",:[\]{}]*)(?:,(?:\s*"[^"]*"\s*|[^",:[\]{}]*))*\]$/;

/** How easily a caller writes separators into this field; `undefined` for fields that the gateway fills. */
export function trustOf(pair: Pick<Pair, 'key'>): number | undefined {
  const variable = meaningsOf(pair.key)[0]?.variable;
  if (variable === undefined) return UNKNOWN_TRUST;
  const facts = factsOf(variable);
  return facts.kind === 'text' ? facts.trust : undefined;
}

const UNKNOWN_TRUST = 200;

/** Whether a caller may have a hand in what stands under the key: also where the key says nothing. */
export function isFreeText(key: string): boolean {
  return trustOf({ key }) !== undefined;
}

/** A fast reader for further lines with the same keys in the same places. */
export function pairTemplate(line: string, pairs: readonly Pair[]): ExactReader | undefined {
  const literals: string[] = [];
  let from = 0;
  for (const pair of pairs) {
    literals.push(line.slice(from, pair.start));
    from = pair.end;
  }
  literals.push(line.slice(from));
  const layout = toLayout({ literals, variables: pairs.map((_pair, i) => `key${i}`), braced: [] });
  return layout.shape === 'json' && canReadQuoted(layout) ? quotedReader(layout) : undefined;
}

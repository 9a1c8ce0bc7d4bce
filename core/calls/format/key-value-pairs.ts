import { hasKind } from './field-kind.js';
import type { Pair, Pairs } from './json-pairs.js';
import { meaningsOf } from './key-aliases.js';
import { isGatewayId, type Key, keysIn, type Style, separatorBefore } from './keys-in-text.js';
import { factsOf } from './variables.js';

const FIRST = /^\s{0,64}\[?["']?([A-Za-z_$@][\w.@$-]{0,127})["']?\s{0,4}([=:])( ?)/;

/** The key of text that stands under none; no key of a line begins so. */
const LOOSE = ' ';

/**
 * Reads `key=value` and `key: value` lines, separated by spaces, commas, bars, semicolons, slashes or newlines. A value ends
 * where the next key begins, so it may hold spaces; a quoted one ends at its quote, and what follows a value that has a shape
 * is text without a key (`isLoose`). `undefined` if the line does not begin with a key.
 */
export function keyValuePairs(line: string): Pairs | undefined {
  const first = FIRST.exec(line);
  if (first === null || isGatewayId(line, first[1] ?? '', first[0].length)) return undefined;
  const sign = first[2] === '=' ? '=' : ':';
  const style = { sign, spaced: sign === ':' && first[3] === ' ', outsideQuotes: false } as const;
  const { keys } = keysIn(line, style);
  return keys.length === 0 ? undefined : pairsOf(line, keys);
}

/** Text and then keys, or keys in the midst of text: `GET /pets 200 ip=… ua=…`. `undefined` where no key says anything. */
export function labelledPairs(line: string): Pairs | undefined {
  for (const style of STYLES) {
    if (!line.includes(style.sign === '=' ? '=' : ': ')) continue;
    const { keys: all, hidden } = keysIn(line, style);
    const known = new Set(all.filter((key) => meaningsOf(key.name).length > 0));
    if (known.size < (style.sign === '=' ? 1 : 2)) continue;
    // One that says nothing counts where it is separated as one that does: not `c` in `/a;c=d`.
    const separators = new Set([...known].map((key) => separatorBefore(line, key)));
    const keys = all.filter((key) => known.has(key) || separators.has(separatorBefore(line, key)));
    const [first] = keys;
    if (first === undefined) continue;
    const { pairs, mended } = pairsOf(line, keys);
    const lead = looseIn(line, 0, first.start);
    return { pairs: lead === undefined ? pairs : [lead, ...pairs], mended: mended || hidden };
  }
  return undefined;
}

const STYLES: readonly Style[] = [
  { sign: '=', spaced: false, outsideQuotes: true },
  { sign: ':', spaced: true, outsideQuotes: true },
];

/** Whether the text stands under no key. */
export function isLoose(pair: Pick<Pair, 'key'>): boolean {
  return pair.key.startsWith(LOOSE);
}

function pairsOf(line: string, keys: readonly Key[]): Pairs {
  let mended = false;
  const trail = trailOf(line, keys);
  const pairs = keys.flatMap((key, i): readonly Pair[] => {
    const next = keys[i + 1]?.start ?? line.length;
    let start = key.end;
    while (start < next && line.charCodeAt(start) <= 32) start++;
    let end = trimmedEnd(line, start, next);
    if (trail !== '' && i < keys.length - 1 && line.endsWith(trail, next))
      end = Math.max(start, trimmedEnd(line, start, next - trail.length));
    const quote = line[start];
    if ((quote === '"' || quote === "'") && end > start + 1 && line[end - 1] === quote) {
      if (quote === '"' && line.indexOf(quote, start + 1) < end - 1)
        mended ||= !line.slice(start + 1, end - 1).includes('\\');
      return [{ key: key.name, start: start + 1, end: end - 1, quoted: true, partial: false }];
    }
    if (quote === '[' && line[end - 1] === ']') {
      start++;
      end--;
    }
    const shaped = shapedEnd(line, key.name, start, end);
    const pair = { key: key.name, start, end: shaped, quoted: false, partial: false };
    const rest = shaped < end ? looseIn(line, shaped, end) : undefined;
    return rest === undefined ? [pair] : [pair, rest];
  });
  return { pairs, mended };
}

/** What the first value shows to stand between values and keys, other than what separates anyway: `a: 1 / b: 2 / c: 3`. */
function trailOf(line: string, keys: readonly Key[]): string {
  const [, second, third] = keys;
  if (second === undefined || third === undefined) return '';
  const separator = separatorBefore(line, second);
  return /^\s[-/>:]{1,2}\s$/.test(separator) && separatorBefore(line, third) === separator ? separator : '';
}

/** Where the value of a key ends whose variable has a shape that only the first word of it has. */
function shapedEnd(line: string, key: string, start: number, end: number): number {
  const meaning = meaningsOf(key)[0];
  if (meaning === undefined) return end;
  const kind = meaning.onlyIf ?? factsOf(meaning.variable).kind;
  if (kind === 'text' || hasKind(kind, line.slice(start, end))) return end;
  FIRST_WORD.lastIndex = start;
  const wordEnd = start + (FIRST_WORD.exec(line)?.[0].length ?? 0);
  return wordEnd > start && wordEnd < end && hasKind(kind, line.slice(start, wordEnd)) ? wordEnd : end;
}

const FIRST_WORD = /\d\d\/[A-Z][a-z]{2}\/\d{4}:[\d:]{8} [+-]\d{4}|[^\s,;|]{1,512}/y;

function looseIn(line: string, from: number, to: number): Pair | undefined {
  let start = from;
  while (start < to && /[\s,;|]/.test(line.charAt(start))) start++;
  const end = trimmedEnd(line, start, to);
  return start < end ? { key: `${LOOSE}${start}`, start, end, quoted: false, partial: false } : undefined;
}

function trimmedEnd(line: string, start: number, next: number): number {
  let end = next;
  while (end > start && /[\s,;|&{]/.test(line.charAt(end - 1))) end--;
  // the opening quote of the next key: `"a"="1" "b"="2"`
  if (
    next < line.length &&
    end > start + 1 &&
    /["']/.test(line.charAt(end - 1)) &&
    /[\s,;|]/.test(line.charAt(end - 2))
  ) {
    end--;
    while (end > start && /[\s,;|&]/.test(line.charAt(end - 1))) end--;
  }
  return end;
}

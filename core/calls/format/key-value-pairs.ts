import type { Pair, Pairs } from './json-pairs.js';

const MAX_PAIRS = 4096;
const FIRST = /^\s{0,64}\[?["']?([A-Za-z_$@][\w.@$-]{0,127})["']?\s{0,4}([=:])( ?)/;

/**
 * Reads `key=value` and `key: value` lines, separated by spaces, commas, bars, semicolons or newlines. A value ends where the
 * next key begins, so it may hold spaces; a quoted one ends at its quote. `undefined` if the line does not begin with a key.
 */
export function keyValuePairs(line: string): Pairs | undefined {
  const first = FIRST.exec(line);
  if (first === null) return undefined;
  const sign = first[2] as '=' | ':';
  const spaced = sign === ':' && first[3] === ' ';
  const keys = keysOf(line, sign, spaced);
  if (keys.length === 0) return undefined;
  let mended = false;
  const pairs = keys.map((key, i): Pair => {
    const next = keys[i + 1]?.start ?? line.length;
    let start = key.end;
    while (start < next && line.charCodeAt(start) <= 32) start++;
    let end = trimmedEnd(line, start, next);
    const quote = line[start];
    if ((quote === '"' || quote === "'") && end > start + 1 && line[end - 1] === quote) {
      if (quote === '"' && line.indexOf(quote, start + 1) < end - 1)
        mended = !line.slice(start + 1, end - 1).includes('\\');
      return { key: key.name, start: start + 1, end: end - 1, quoted: true, partial: false };
    }
    if (quote === '[' && line[end - 1] === ']') {
      start++;
      end--;
    }
    return { key: key.name, start, end, quoted: false, partial: false };
  });
  return { pairs, mended };
}

interface Key {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

function keysOf(line: string, sign: '=' | ':', spaced: boolean): readonly Key[] {
  const keys: Key[] = [];
  // One character of context before the key keeps this a single pass: no look-behind over the line.
  const pattern =
    sign === '=' ? /([A-Za-z_$@][\w.@$-]{0,127})["']?\s?=/g : /([A-Za-z_$@][\w.@$-]{0,127})["']?\s?:/g;
  for (
    let match = pattern.exec(line);
    match !== null && keys.length < MAX_PAIRS;
    match = pattern.exec(line)
  ) {
    const before = match.index === 0 ? ' ' : line.charAt(match.index - 1);
    const end = match.index + match[0].length;
    const separated =
      keys.length === 0 ? true : /[\s,;|&"'{[]/.test(before) && isAfterValue(line, match.index, spaced);
    if (!separated || (spaced && end < line.length && line.charAt(end) !== ' ')) continue;
    if (sign === ':' && !spaced && line.charAt(end) === ':') continue;
    if (sign === '=' && line.charAt(end) === '=') continue;
    keys.push({ name: match[1] as string, start: match.index, end });
  }
  return keys;
}

/** `compatible; Googlebot: x` has keys too; with `key: value` only a comma, bar, semicolon or line break precedes a key, or a space. */
function isAfterValue(line: string, at: number, spaced: boolean): boolean {
  return !spaced || /[\s,;|"'{[]/.test(line.charAt(at - 1));
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

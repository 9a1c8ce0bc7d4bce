/** A pattern without look-around, and what must hold beside it: the same texts match as would with it. */
export interface PlainPattern {
  readonly pattern: string;
  /** Patterns that the text must match too (`true`), or must not. */
  readonly beside: readonly { readonly pattern: string; readonly wanted: boolean }[];
}

const LEADING = /^(\(\?[imsU]+\))?\^/;
const AHEAD = /^\(\?([=!])/;

/**
 * Takes look-ahead that stands right behind a leading `^` apart: `^(?!a)b` matches where `^(?:b)` does and `^(?:a)` does not, for
 * both begin at the one place. `undefined` where a pattern has none there; what look-around is left, RE2 refuses.
 */
export function withoutLookAhead(
  pattern: string,
  { multiline }: { readonly multiline: boolean },
): PlainPattern | undefined {
  const [head, flags = ''] = LEADING.exec(pattern) ?? [];
  // With `m` there are many places that `^` stands for, and a text may have one of each.
  if (head === undefined || multiline || /\(\?[a-zA-Z]*m/.test(pattern)) return undefined;
  const beside: { pattern: string; wanted: boolean }[] = [];
  let rest = pattern.slice(head.length);
  for (let found = AHEAD.exec(rest); found !== null; found = AHEAD.exec(rest)) {
    const end = groupEnd(rest);
    // A count behind it (`(?!a)*`) makes it optional.
    if (end === undefined || /^[*+?{]/.test(rest.slice(end))) return undefined;
    const [opening, sign] = found;
    beside.push({ pattern: `${flags}^(?:${rest.slice(opening.length, end - 1)})`, wanted: sign === '=' });
    rest = rest.slice(end);
  }
  // Alternatives at the top have a beginning of their own.
  if (beside.length === 0 || hasAlternatives(rest) || hasReference(pattern)) return undefined;
  return { pattern: `${flags}^(?:${rest})`, beside };
}

const TOKEN = /\\Q[\s\S]*?(?:\\E|$)|\\[\s\S]|\[\^?\]?(?:\\[\s\S]|\[:\w+:\]|[^\]\\])*\]?|[\s\S]/g;

/** Where the group ends that the pattern begins with; `undefined` when it never does. */
function groupEnd(pattern: string): number | undefined {
  let depth = 0;
  for (const { 0: token, index } of pattern.matchAll(TOKEN)) {
    if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    if (depth === 0) return index + 1;
  }
  return undefined;
}

function hasAlternatives(pattern: string): boolean {
  let depth = 0;
  for (const [token] of pattern.matchAll(TOKEN)) {
    if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    else if (token === '|' && depth === 0) return true;
  }
  return false;
}

/** A reference into a look-ahead would lose what it refers to. */
function hasReference(pattern: string): boolean {
  return [...pattern.matchAll(TOKEN)].some(([token]) => /^\\(?:[1-9]|[gk])/.test(token));
}

/**
 * One part of a pattern: text to be found as it is, `?` (one character), `*` (any run of characters), or any one of the
 * dashes and the slash that stand before command line options (`windash`).
 */
export type PatternPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'one' }
  | { readonly kind: 'any' }
  | { readonly kind: 'dash' };

export type Pattern = readonly PatternPart[];

export type ValueShape = 'whole' | 'contains' | 'startswith' | 'endswith';

/** What `windash` takes for one another (appendix 2.1): hyphen, slash, en dash, em dash, horizontal bar. */
export const DASHES = '-/\u2013\u2014\u2015';

/**
 * Reads wildcards and escapes of a Sigma value (specification 2.1, "Escape Character"): `\*`, `\?` and `\\` stand for
 * the character itself, a backslash before anything else is a plain backslash. Neighbouring texts and neighbouring
 * `*` are merged, so that equal patterns have equal parts.
 */
export function parseValuePattern(value: string, shape: ValueShape): Pattern {
  const parts: PatternPart[] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') parts.push({ kind: 'text', text });
    text = '';
  };
  for (let at = 0; at < value.length; at += 1) {
    const character = value.charAt(at);
    const next = value.charAt(at + 1);
    if (character === '\\' && (next === '*' || next === '?' || next === '\\')) {
      text += next;
      at += 1;
    } else if (character === '*') {
      flush();
      if (parts.at(-1)?.kind !== 'any') parts.push({ kind: 'any' });
    } else if (character === '?') {
      flush();
      parts.push({ kind: 'one' });
    } else {
      text += character;
    }
  }
  flush();
  return shaped(parts, shape);
}

/** A pattern with the `*` around it that a modifier asks for. */
export function shaped(parts: Pattern, shape: ValueShape): Pattern {
  const any: PatternPart = { kind: 'any' };
  const before = shape === 'contains' || shape === 'endswith';
  const after = shape === 'contains' || shape === 'startswith';
  const led = before && parts[0]?.kind !== 'any' ? [any, ...parts] : parts;
  return after && led.at(-1)?.kind !== 'any' ? [...led, any] : led;
}

/** The pattern with its texts in lower case. */
export function foldedPattern(parts: Pattern): Pattern {
  return parts.map((part) => (part.kind === 'text' ? { kind: 'text', text: part.text.toLowerCase() } : part));
}

/** The text of a pattern without wildcards, or `undefined` when it has one. */
export function plainText(parts: Pattern): string | undefined {
  const first = parts[0];
  if (first === undefined) return '';
  return parts.length === 1 && first.kind === 'text' ? first.text : undefined;
}

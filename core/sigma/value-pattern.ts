/** One part of a pattern: text to be found as it is, `?` (one character), or `*` (any run of characters). */
export type PatternPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'one' }
  | { readonly kind: 'any' };

export type ValueShape = 'whole' | 'contains' | 'startswith' | 'endswith';

/**
 * Reads wildcards and escapes of a Sigma value (specification 2.1, "Escape Character"): `\*`, `\?` and `\\` stand for
 * the character itself, a backslash before anything else is a plain backslash. Neighbouring texts and neighbouring
 * `*` are merged, so that equal patterns have equal parts.
 */
export function parseValuePattern(value: string, shape: ValueShape): readonly PatternPart[] {
  const parts: PatternPart[] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') parts.push({ kind: 'text', text });
    text = '';
  };
  const any = (): void => {
    flush();
    if (parts.at(-1)?.kind !== 'any') parts.push({ kind: 'any' });
  };
  if (shape === 'contains' || shape === 'endswith') any();
  for (let at = 0; at < value.length; at += 1) {
    const character = value.charAt(at);
    const next = value.charAt(at + 1);
    if (character === '\\' && (next === '*' || next === '?' || next === '\\')) {
      text += next;
      at += 1;
    } else if (character === '*') {
      any();
    } else if (character === '?') {
      flush();
      parts.push({ kind: 'one' });
    } else {
      text += character;
    }
  }
  flush();
  if (shape === 'contains' || shape === 'startswith') any();
  return parts;
}

/** The text of a pattern without wildcards, or `undefined` when it has one. */
export function plainText(parts: readonly PatternPart[]): string | undefined {
  const first = parts[0];
  if (first === undefined) return '';
  return parts.length === 1 && first.kind === 'text' ? first.text : undefined;
}

/** What one look at each character of a text finds. Bits, so that most texts are done with after comparing with 0. */
export const SIGN = 1;
/** A stretch between slashes that is as long as a token. */
export const LONG = 2;

/**
 * A function that looks for signs of secrets: any of the literals (in any case), thirteen digits with single characters between them,
 * anything outside ASCII; and for stretches between slashes of `longest` characters or more. One table look-up a character, whatever
 * the number of literals (Aho and Corasick, "Efficient string matching", 1975): the regular expression that says the
 * same tries two dozen alternatives at each.
 */
export function compileSignScan(literals: readonly string[], longest: number): (text: string) => number {
  const { classOf, classes } = numberClasses(literals);
  const next = transitions(literals, classOf, classes);
  return (text) => {
    const { length } = text;
    let row = 0;
    let digits = 0;
    let start = 0;
    let found = 0;
    for (let at = 0; at < length; at++) {
      const code = text.charCodeAt(at);
      if (code > 127) return SIGN | LONG;
      row = next[row + (classOf[code] ?? 0)] ?? 0;
      if (row === ENDS) return SIGN | LONG;
      const kind = KINDS[code] ?? 0;
      if (kind === DIGIT) digits++;
      else if (kind !== BETWEEN) {
        digits = 0;
        if (kind === SLASH) {
          if (at - start >= longest) found = LONG;
          start = at + 1;
        }
      }
      if (digits === CARD_DIGITS) return SIGN | LONG;
    }
    return length - start >= longest ? LONG : found;
  };
}

const CARD_DIGITS = 13;
/** In place of a row: a literal ends here. */
const ENDS = 0xffff;

const DIGIT = 1;
const BETWEEN = 2;
const SLASH = 3;

const KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code >= 48 && code <= 57) return DIGIT;
  if (code === 47) return SLASH;
  return ' ._+-'.includes(String.fromCharCode(code)) ? BETWEEN : 0;
});

/** Class by character; 0 for those that no literal has. */
function numberClasses(literals: readonly string[]) {
  const classOf = new Uint8Array(128);
  let classes = 1;
  for (const literal of literals)
    for (const character of literal.toLowerCase()) {
      const code = character.charCodeAt(0);
      if (classOf[code] !== 0) continue;
      classOf[code] = classes;
      classOf[character.toUpperCase().charCodeAt(0)] = classes;
      classes++;
    }
  return { classOf, classes };
}

/** Rows by class: where a character leads. The missing ones lead where the longest suffix that begins a literal leads. */
function transitions(literals: readonly string[], classOf: Uint8Array, classes: number): Uint16Array {
  const states = literals.reduce((sum, literal) => sum + literal.length, 1);
  const next = new Uint16Array(states * classes);
  let used = classes;
  for (const literal of literals) {
    let row = 0;
    for (let at = 0; at < literal.length && row !== ENDS; at++) {
      const place = row + (classOf[literal.toLowerCase().charCodeAt(at)] ?? 0);
      if (at === literal.length - 1) next[place] = ENDS;
      else if (next[place] === 0) {
        next[place] = used;
        used += classes;
      }
      row = next[place] ?? 0;
    }
  }
  closeTransitions(next, classes);
  return next;
}

function closeTransitions(next: Uint16Array, classes: number): void {
  const rows: number[] = [];
  const suffixes = new Map<number, number>();
  for (let label = 0; label < classes; label++) {
    const child = next[label] ?? 0;
    if (child !== 0 && child !== ENDS) {
      rows.push(child);
      suffixes.set(child, 0);
    }
  }
  for (const row of rows) {
    const suffix = suffixes.get(row) ?? 0;
    for (let label = 0; label < classes; label++) {
      const child = next[row + label] ?? 0;
      const other = next[suffix + label] ?? 0;
      // What ends within a longer literal ends it too.
      if (child === 0 || other === ENDS) next[row + label] = other;
      else if (child !== ENDS) {
        rows.push(child);
        suffixes.set(child, other);
      }
    }
  }
}

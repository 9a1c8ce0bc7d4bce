/** Two letters of ASCII have relatives outside it (the long s, the Kelvin sign) that fold differently in patterns and in texts. */
const FOLDS_APART = /[sk]/i;
const PLAIN = /[A-Za-z0-9 _:;,<>=@#%&!'"`~/-]/;
const ESCAPED_PLAIN = /[^A-Za-z0-9_\s]/;

/**
 * A text, in lower case, that every match of the pattern holds, or `undefined` when none is plain to see. Sound rather than
 * complete: alternatives, groups, classes and anything optional are passed over.
 */
export function requiredLiteral(
  pattern: string,
  { ignoreCase }: { readonly ignoreCase: boolean },
): string | undefined {
  // Inline flags and quoting change how what follows is read.
  if (/\(\?[a-z-]+[:)]|\\[QE]/i.test(pattern)) return undefined;
  let best = '';
  let run = '';
  const end = (): void => {
    if (run.length > best.length) best = run;
    run = '';
  };
  let depth = 0;
  for (let at = 0; at < pattern.length; ) {
    const token = tokenAt(pattern, at);
    at += token.length;
    const quantifier = /^(?:[*?]|\+|\{[^}]*\})\??/.exec(pattern.slice(at, at + 20))?.[0] ?? '';
    if (token === '|' && depth === 0) return undefined;
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    const letter = depth === 0 && quantifier === '' ? letterOf(token) : undefined;
    if (letter === undefined || (ignoreCase && FOLDS_APART.test(letter))) end();
    else run += letter;
    at += quantifier.length;
  }
  end();
  return best === '' ? undefined : best.toLowerCase();
}

const ESCAPE = /\\(?:x\{[^}]*\}|x[0-9a-f]{0,2}|p\{[^}]*\}|p.|c.|[0-7]{1,3}|[\s\S]?)/iy;

/** An escape, a class, or one character. */
function tokenAt(pattern: string, at: number): string {
  const character = pattern.charAt(at);
  if (character === '\\') {
    ESCAPE.lastIndex = at;
    return ESCAPE.exec(pattern)?.[0] ?? character;
  }
  if (character !== '[') return character;
  for (let end = at + (pattern.charAt(at + 1) === '^' ? 3 : 2); end < pattern.length; end += 1) {
    if (pattern.charAt(end) === '\\') end += 1;
    else if (pattern.charAt(end) === ']') return pattern.slice(at, end + 1);
  }
  return pattern.slice(at);
}

function letterOf(token: string): string | undefined {
  if (token.length === 1) return PLAIN.test(token) ? token : undefined;
  const escaped = token.length === 2 && token.startsWith('\\') ? token.charAt(1) : '';
  return ESCAPED_PLAIN.test(escaped) && escaped.charCodeAt(0) < 128 ? escaped : undefined;
}

/**
 * Rewrites what PCRE and RE2 write differently but mean alike, so that public rules run unmodified: `$` before a last line
 * feed, `\Z`, `\h`, `\R`, `\N`, `\e`, comments, and counts beyond RE2's limit of 1,000. Everything else is left as it is:
 * what RE2 cannot run in linear time (look-around, back references, atomic groups) it refuses itself. The answer matches
 * the same texts; it is no drop-in for capturing.
 */
export function pcreToRe2(pattern: string, flags: { readonly multiline: boolean }): string {
  const rewriter = new Rewriter(pattern, flags.multiline || INLINE_MULTILINE.test(pattern));
  return rewriter.rewrite();
}

const INLINE_MULTILINE = /\(\?[a-z]*m/;
const COMMENT = /\(\?#[^)]*\)/y;
const COUNT = /\{(\d{1,6})(,?)(\d{0,6})\}/y;
// RE2 refuses larger counts; two halves in a row mean the same.
const MOST_REPEATS = 1_000;

const OUTSIDE: ReadonlyMap<string, string> = new Map([
  ['Z', '(?:\\n?\\z)'],
  ['h', '[ \\t\\x{A0}]'],
  ['R', '(?:\\r\\n|[\\n\\v\\f\\r\\x{85}\\x{2028}\\x{2029}])'],
  ['N', '[^\\n]'],
  ['e', '\\x1b'],
]);
const INSIDE: ReadonlyMap<string, string> = new Map([
  ['h', ' \\t\\x{A0}'],
  ['e', '\\x1b'],
  ['b', '\\x08'],
]);

class Rewriter {
  #out = '';
  /** Where the last atom begins in what was written, for counts that have to be split. */
  #atom = 0;
  readonly #groups: number[] = [];

  constructor(
    private readonly pattern: string,
    private readonly multiline: boolean,
  ) {}

  rewrite(): string {
    for (let at = 0; at < this.pattern.length; ) at = this.#step(at);
    return this.#out;
  }

  /** Reads one token and answers where the next begins. */
  #step(at: number): number {
    const character = this.pattern.charAt(at);
    const next = this.pattern.charAt(at + 1);
    switch (character) {
      case '\\': {
        // Quoted text runs to \E.
        const end = next === 'Q' ? this.pattern.indexOf('\\E', at) : -1;
        if (next === 'Q') return this.#copy(at, end < 0 ? this.pattern.length : end + 2);
        const known = OUTSIDE.get(next);
        return known === undefined
          ? this.#copy(at, at + escapeLength(this.pattern, at))
          : this.#write(known, at + 2);
      }
      case '[':
        return this.#class(at);
      case '(': {
        const comment = matchAt(COMMENT, this.pattern, at);
        if (comment !== undefined) return at + comment[0].length;
        this.#groups.push(this.#out.length);
        return this.#copy(at, at + 1);
      }
      case ')': {
        const start = this.#groups.pop() ?? this.#out.length;
        this.#out += character;
        this.#atom = start;
        return at + 1;
      }
      case '$':
        return this.multiline ? this.#copy(at, at + 1) : this.#write('(?:\\n?\\z)', at + 1);
      case '{':
        return this.#count(at);
      case '*':
      case '+':
      case '?':
        this.#out += character;
        return at + 1;
      default: {
        const length = (this.pattern.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
        return this.#copy(at, at + length);
      }
    }
  }

  #class(at: number): number {
    const start = this.#out.length;
    let out = '[';
    let position = at + 1;
    if (this.pattern.charAt(position) === '^') {
      out += '^';
      position += 1;
    }
    // A bracket that comes first is meant as a character.
    if (this.pattern.charAt(position) === ']') {
      out += '\\]';
      position += 1;
    }
    while (position < this.pattern.length && this.pattern.charAt(position) !== ']') {
      const character = this.pattern.charAt(position);
      if (character === '\\') {
        const known = INSIDE.get(this.pattern.charAt(position + 1));
        const length = known === undefined ? escapeLength(this.pattern, position) : 2;
        out += known ?? this.pattern.slice(position, position + length);
        position += length;
      } else if (this.pattern.startsWith('[:', position) && this.pattern.includes(':]', position)) {
        const end = this.pattern.indexOf(':]', position) + 2;
        out += this.pattern.slice(position, end);
        position = end;
      } else {
        out += character;
        position += 1;
      }
    }
    this.#out += `${out}${this.pattern.charAt(position)}`;
    this.#atom = start;
    return position + 1;
  }

  #count(at: number): number {
    const found = matchAt(COUNT, this.pattern, at);
    if (found === undefined) return this.#copy(at, at + 1);
    const [whole, least = '0', comma, most] = found;
    const [low, high] = [Number(least), most === '' ? undefined : Number(most)];
    const atom = this.#out.slice(this.#atom);
    const lazy = this.pattern.charAt(at + whole.length) === '?' ? 1 : 0;
    if (Math.max(low, high ?? 0) <= MOST_REPEATS || atom === '' || (high ?? low) < low) {
      this.#out += whole;
      return at + whole.length;
    }
    const optional = comma === '' || high === undefined ? 0 : high - low;
    const tail = comma !== '' && high === undefined ? `${atom}*` : '';
    const counted = `${runs(low)
      .map((count) => `${atom}{${count}}`)
      .join('')}${tail}`;
    const maybe = runs(optional)
      .map((count) => `${atom}{0,${count}}`)
      .join('');
    this.#out = `${this.#out.slice(0, this.#atom)}(?:${counted}${maybe})`;
    return at + whole.length + lazy;
  }

  #copy(from: number, to: number): number {
    return this.#write(this.pattern.slice(from, to), to);
  }

  #write(text: string, next: number): number {
    this.#atom = this.#out.length;
    this.#out += text;
    return next;
  }
}

/** `2500` → 1000, 1000, 500. */
function runs(count: number): readonly number[] {
  const whole = Array.from({ length: Math.floor(count / MOST_REPEATS) }, () => MOST_REPEATS);
  return count % MOST_REPEATS === 0 ? whole : [...whole, count % MOST_REPEATS];
}

const ESCAPE = /\\(?:x\{[^}]*\}|x[0-9a-fA-F]{2}|[pP]\{[^}]*\}|[0-7]{1,3}|[\s\S]?)/y;

function escapeLength(pattern: string, at: number): number {
  return matchAt(ESCAPE, pattern, at)?.[0].length ?? 1;
}

function matchAt(expression: RegExp, text: string, at: number): RegExpExecArray | undefined {
  expression.lastIndex = at;
  return expression.exec(text) ?? undefined;
}

import type { Condition } from '../rule-source.js';
import { aggregationRemedy } from './aggregation-remedy.js';

/** What is wrong with a condition, and where: `at` counts characters from its start. */
export interface ConditionProblem {
  readonly at: number;
  readonly what: string;
  readonly seen: string;
  readonly expected: string;
}

export type ConditionResult =
  | { readonly ok: true; readonly condition: Condition }
  | { readonly ok: false; readonly problem: ConditionProblem };

interface Token {
  readonly text: string;
  readonly at: number;
}

// Deeper nesting than any person writes; a limit keeps a hostile file from exhausting the stack.
const MAX_DEPTH = 100;
const TOKEN = /\s*([()]|[^\s()|,]+|[|,])/y;

/**
 * Parses a Sigma condition over named selections. Precedence, least binding first: `or`, `and`, `not`,
 * `1 of` / `all of`, parentheses (specification 2.1).
 */
export function parseCondition(text: string, selections: ReadonlyMap<string, Condition>): ConditionResult {
  try {
    return { ok: true, condition: new ConditionParser(text, selections).parse() };
  } catch (error) {
    if (error instanceof ConditionError) return { ok: false, problem: error.problem };
    throw error;
  }
}

/** Carries a problem out of the recursive descent; never leaves this file. */
class ConditionError extends Error {
  constructor(readonly problem: ConditionProblem) {
    super(problem.what);
  }
}

class ConditionParser {
  private readonly tokens: readonly Token[];
  private position = 0;

  constructor(
    private readonly text: string,
    private readonly selections: ReadonlyMap<string, Condition>,
  ) {
    this.tokens = tokenize(text);
  }

  parse(): Condition {
    if (this.tokens.length === 0) this.fail('the condition is empty', `name a selection: ${this.names()}`);
    const condition = this.or(0);
    const rest = this.peek();
    if (rest !== undefined) {
      if (rest.text === '|')
        this.fail('aggregation after a pipe is obsolete', aggregationRemedy(this.text.slice(rest.at)));
      this.fail(`'${rest.text}' is left over`, "join parts with 'and' or 'or'");
    }
    return condition;
  }

  private or(depth: number): Condition {
    return this.joined('or', () => this.joined('and', () => this.not(depth)));
  }

  private joined(word: 'and' | 'or', operand: () => Condition): Condition {
    const of = [operand()];
    while (this.takeWord(word)) of.push(operand());
    const [only] = of;
    return of.length === 1 && only !== undefined ? only : { kind: word, of };
  }

  private not(depth: number): Condition {
    if (depth > MAX_DEPTH) this.fail('the condition is nested too deeply', `use at most ${MAX_DEPTH} levels`);
    if (this.takeWord('not')) return { kind: 'not', of: this.not(depth + 1) };
    return this.primary(depth);
  }

  private primary(depth: number): Condition {
    const token = this.peek();
    if (token === undefined)
      return this.fail('the condition ends too early', `name a selection: ${this.names()}`);
    if (token.text === '(') {
      this.position += 1;
      const inner = this.or(depth + 1);
      if (this.peek()?.text !== ')') this.fail('a parenthesis is not closed', "add ')'");
      this.position += 1;
      return inner;
    }
    if (this.tokens[this.position + 1]?.text.toLowerCase() === 'of') return this.quantified(token);
    const selection = this.selections.get(token.text);
    if (selection === undefined)
      return this.fail(`there is no selection named '${token.text}'`, `name one of: ${this.names()}`);
    this.position += 1;
    return selection;
  }

  private quantified(quantifier: Token): Condition {
    const word = quantifier.text.toLowerCase();
    if (word !== '1' && word !== 'any' && word !== 'all')
      return this.fail(`'${quantifier.text} of' is not supported`, "write '1 of …' or 'all of …'");
    this.position += 2;
    const pattern = this.peek();
    if (pattern === undefined || pattern.text === '(')
      return this.fail("'of' needs a name", "write 'them' or a pattern such as selection_*");
    const names = [...this.selections.keys()].filter((name) => matchesPattern(name, pattern.text));
    if (names.length === 0)
      return this.fail(`no selection matches '${pattern.text}'`, `there are: ${this.names()}`);
    this.position += 1;
    const of = names.flatMap((name) => this.selections.get(name) ?? []);
    const [only] = of;
    if (of.length === 1 && only !== undefined) return only;
    return { kind: word === 'all' ? 'and' : 'or', of };
  }

  private peek(): Token | undefined {
    return this.tokens[this.position];
  }

  private takeWord(word: string): boolean {
    const token = this.peek();
    if (token === undefined || token.text.toLowerCase() !== word) return false;
    this.position += 1;
    return true;
  }

  private names(): string {
    return [...this.selections.keys()].join(', ');
  }

  private fail(what: string, expected: string): never {
    const token = this.peek();
    throw new ConditionError({ at: token?.at ?? this.text.length, what, seen: this.text, expected });
  }
}

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(text); found !== null; found = TOKEN.exec(text)) {
    const [whole, word = ''] = found;
    tokens.push({ text: word, at: found.index + whole.length - word.length });
  }
  return tokens;
}

/**
 * `*` stands for any characters. Names that begin with an underscore are left out of `them`, and of patterns that do not
 * begin with one themselves (specification 2.1: "same as 1/all of them, but restricted to matching").
 */
function matchesPattern(name: string, pattern: string): boolean {
  if (name.startsWith('_') && !pattern.startsWith('_')) return false;
  if (pattern.toLowerCase() === 'them') return true;
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return name === pattern;
  if (!name.startsWith(head) || name.length < head.length + tail.length || !name.endsWith(tail)) return false;
  let at = head.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0 || found + piece.length > name.length - tail.length) return false;
    at = found + piece.length;
  }
  return true;
}

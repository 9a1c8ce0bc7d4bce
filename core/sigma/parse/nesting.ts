import { Lexer } from 'yaml';

/** Sigma needs about ten levels. The YAML parser recurses, and far beyond this ends the process, which nothing can catch. */
export const NESTING_MAX = 64;

/** What to say at that place. */
export const TOO_DEEP = {
  what: 'the text is nested too deeply to be read',
  expected: `nest at most ${NESTING_MAX} levels`,
};

// What the lexer puts before the text of a scalar, and where it gives a flow collection up.
const SCALAR_NEXT = '\u001f';
const DOCUMENT_NEXT = '\u0002';
const FLOW_ERROR_END = '\u0018';

/**
 * The offset at which YAML is nested deeper than `NESTING_MAX`, or `undefined`: one pass over its tokens, which takes no
 * stack. Counted are brackets and braces, the columns at which blocks begin, and runs of `-`, `?` and `:`.
 */
export function tooDeepYaml(text: string): number | undefined {
  const blocks: number[] = [];
  let [offset, lineStart, flow, run] = [0, 0, 0, 0];
  let isScalar = false;
  for (const token of new Lexer().lex(text)) {
    if (token === SCALAR_NEXT || token === DOCUMENT_NEXT) {
      isScalar = token === SCALAR_NEXT;
      continue;
    }
    if (token === FLOW_ERROR_END) {
      flow = 0;
      continue;
    }
    const isIndicator = !isScalar && (token === '-' || token === '?' || token === ':');
    if (!isScalar && (token === '[' || token === '{')) flow += 1;
    else if (!isScalar && (token === ']' || token === '}')) flow = Math.max(0, flow - 1);
    if (isIndicator) run += 1;
    else if (isScalar || /^[[\]{},'"]/.test(token)) run = 0;
    // Whether a token begins a block is not asked: a column counts once, so that most are at one level too many.
    if (flow === 0 && !/^[\s#]/.test(token) && token !== '') {
      const column = offset - lineStart;
      while ((blocks.at(-1) ?? -1) >= column) blocks.pop();
      blocks.push(column);
    }
    if (flow + blocks.length > NESTING_MAX || run > NESTING_MAX) return offset;
    offset += token.length;
    const newline = token.lastIndexOf('\n');
    if (newline >= 0) lineStart = offset - token.length + newline + 1;
    isScalar = false;
  }
  return undefined;
}

/** The same for JSON. */
export function tooDeepJson(text: string): number | undefined {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') isText = !isText;
    else if (isText) at += character === '\\' ? 1 : 0;
    else if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    if (depth > NESTING_MAX) return at;
  }
  return undefined;
}

import { isConcretePath } from './concrete-path.js';
import { joinedWords } from './joined-words.js';
import { kindOfValue } from './value-kinds.js';

/** The unnamed values of a line, in order, without quotes and brackets. */
export type Tokens = readonly string[];

const MAX_TOKENS = 512;
const METHOD = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|CONNECT|ANY)$/;
const SOCKET_EVENT = /^(?:CONNECT|MESSAGE|DISCONNECT|-) (?:\$?[\w-]+) \S+$/;

/** CSV, TSV and the like: split at `delimiter`, except inside double quotes. */
export function delimitedTokens(line: string, delimiter: string): Tokens {
  const tokens: string[] = [];
  let start = 0;
  while (start <= line.length && tokens.length < MAX_TOKENS) {
    let from = start;
    while (line[from] === ' ') from++;
    const close = line[from] === '"' ? closing(line, from + 1, delimiter) : -1;
    const found = line.indexOf(delimiter, close < 0 ? start : close);
    const end = agentEnd(line, start, found < 0 ? line.length : found, delimiter);
    tokens.push(...inner(line.slice(start, end).trim()));
    start = end + delimiter.length;
  }
  return tokens;
}

/** A bare user agent goes on to where its parentheses close: `Mozilla/5.0 (X11; Linux) … (KHTML, like Gecko)`. */
function agentEnd(line: string, start: number, found: number, delimiter: string): number {
  let end = found;
  let depth = depthOf(line, start, end);
  if (depth <= 0 || kindOfValue(line.slice(start, end).trim()) !== 'user-agent') return found;
  for (let pieces = 0; depth > 0 && pieces < MAX_PIECES; pieces++) {
    if (end >= line.length) return found;
    const next = line.indexOf(delimiter, end + delimiter.length);
    const nextEnd = next < 0 ? line.length : next;
    depth += depthOf(line, end, nextEnd);
    end = nextEnd;
  }
  return depth > 0 ? found : end;
}

const MAX_PIECES = 32;

function depthOf(line: string, start: number, end: number): number {
  let depth = 0;
  for (let at = start; at < end; at++) {
    const code = line.charCodeAt(at);
    if (code === 40) depth++;
    else if (code === 41) depth--;
  }
  return depth;
}

/** The quote that ends a quoted field: followed by the delimiter or the end of the line. */
function closing(line: string, from: number, delimiter: string): number {
  for (let quote = line.indexOf('"', from); quote >= 0; quote = line.indexOf('"', quote + 1)) {
    let next = quote + 1;
    while (line[next] === ' ') next++;
    if (next >= line.length || line.startsWith(delimiter, next)) return quote;
  }
  return -1;
}

/** CLF and bare tokens: split at white space, except inside `"…"` and `[…]`. */
export function spacedTokens(line: string): Tokens {
  const tokens: string[] = [];
  let position = 0;
  while (tokens.length < MAX_TOKENS) {
    while (position < line.length && line.charCodeAt(position) <= 32) position++;
    if (position >= line.length) break;
    const opening = line[position];
    const end =
      opening === '"' ? closingQuote(line, position + 1) : opening === '[' ? line.indexOf(']', position) : -1;
    if (end > 0) {
      tokens.push(...inner(line.slice(position, end + 1)));
      position = end + 1;
      continue;
    }
    let stop = position;
    while (stop < line.length && line.charCodeAt(stop) > 32) stop++;
    tokens.push(line.slice(position, stop));
    position = stop;
  }
  return joinedWords(joined(tokens)).flatMap(parted);
}

/** `(73` and `ms,` without what a sentence puts around them; `73ms` and `host.example.com/pets` as the two that they are. */
function parted(token: string): readonly string[] {
  const inner = /^\(([^\s()]{2,128})\)$/.exec(token)?.[1];
  if (inner !== undefined) return [inner];
  const bare = /^\(?(\d{1,12})(ms|bytes|b)?[),;]{0,2}$/i.exec(token);
  if (bare?.[1] !== undefined) return bare[2] === undefined ? [bare[1]] : [bare[1], bare[2]];
  const address = HOST_AND_PATH.exec(token);
  return address?.[1] === undefined || address[2] === undefined ? [token] : [address[1], address[2]];
}

const HOST_AND_PATH = /^(?:https?:\/\/)?((?:[\w-]{1,63}\.){1,10}[a-z]{2,24})(\/\S{0,2048})$/;

function closingQuote(line: string, from: number): number {
  for (let quote = line.indexOf('"', from); quote >= 0; quote = line.indexOf('"', quote + 1)) {
    const next = line.charCodeAt(quote + 1);
    if (Number.isNaN(next) || next <= 32 || next === 44 || next === 93) return quote;
  }
  return -1;
}

/** Without its quotes or brackets; a request line falls into its parts. */
function inner(token: string): readonly string[] {
  const last = token.at(-1);
  const wrapped =
    token.length > 1 && ((token[0] === '"' && last === '"') || (token[0] === '[' && last === ']'));
  const text = wrapped ? withoutQuotes(token.slice(1, -1).trim()) : token;
  const parts =
    text.length <= 4096 && (/^[A-Z-]+ .*HTTP\/[\d.]+$/.test(text) || SOCKET_EVENT.test(text))
      ? text.split(' ')
      : undefined;
  if (parts === undefined || parts.length < 3) return calledIn(text);
  if (SOCKET_EVENT.test(text)) return parts;
  // A path with spaces is still one path.
  const middle = parts.slice(1, -1).join(' ');
  const routed = /^(\/\S*) ([A-Z]{3,10} \/\S*|\$default|-)$/.exec(middle);
  const places = routed === null ? [middle] : routed.slice(1, 3);
  return [parts[0] as string, ...places, parts.at(-1) as string];
}

/** `GET /pets/42` is what was called, `GET /pets/{id}` the key of a route. */
function calledIn(text: string): readonly string[] {
  const space = text.indexOf(' ');
  const path = text.slice(space + 1);
  const isCalled = METHOD.test(text.slice(0, Math.max(space, 0))) && /^\/[^\s{]{0,2048}$/.test(path);
  return isCalled && isConcretePath(path) ? [text.slice(0, space), path] : [text];
}

/** `[ 'value' ]` */
function withoutQuotes(text: string): string {
  const isQuoted =
    text.length > 1 && (text.startsWith("'") || text.startsWith('"')) && text[0] === text.at(-1);
  return isQuoted ? text.slice(1, -1) : text;
}

/** Unbracketed times hold a space, and so does `GET /pets` behind a method. */
function joined(tokens: readonly string[]): Tokens {
  const result: string[] = [];
  for (const token of tokens) {
    const before = result.at(-1) ?? '';
    const isZone = /^[+-]\d{4}\]?$/.test(token) && /^\[?\d\d\/[A-Z][a-z]{2}\/\d{4}:/.test(before);
    const isRoute = token.startsWith('/') && METHOD.test(before) && before === result.at(-2);
    if (isZone || isRoute) result[result.length - 1] = `${before} ${token}`.replace(/^\[|\]$/g, '');
    else result.push(token);
  }
  return result;
}

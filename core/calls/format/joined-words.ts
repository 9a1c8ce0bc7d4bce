import { GATEWAY_MESSAGE, MOST_WORDS } from './gateway-messages.js';
import { kindOfValue } from './value-kinds.js';

const MAX_JOINED = 64;

/**
 * Words that make up one value though nothing holds them together: a user agent in the midst of bare values, from its first
 * product to its last, and a message of API Gateway's own.
 */
export function joinedWords(words: readonly string[]): readonly string[] {
  const joined: string[] = [];
  for (let at = 0; at < words.length; ) {
    const word = words[at] ?? '';
    const end = kindOfValue(word) === 'user-agent' ? agentEnd(words, at + 1) : messageEnd(words, at);
    joined.push(end > at + 1 ? words.slice(at, end).join(' ') : word);
    at = Math.max(end, at + 1);
  }
  return joined;
}

/** Behind products (`Chrome/124.0`, `md/arch#x86_64`), comments in parentheses and what stands between them. */
function agentEnd(words: readonly string[], from: number): number {
  let end = from;
  while (end < words.length && end - from < MAX_JOINED) {
    const word = words[end] ?? '';
    if (word.startsWith('(')) {
      const close = closing(words, end);
      if (close < 0) return end;
      end = close + 1;
    } else if (PRODUCT.test(word) && !PROTOCOL.test(word)) end++;
    else return end;
  }
  return end;
}

const PRODUCT = /^[A-Za-z][\w.+-]{0,40}\/[\w.+#:~-]{1,80}$/;
const PROTOCOL = /^HTTP\/\d/;

/** The word that closes the parenthesis which this one opens. */
function closing(words: readonly string[], from: number): number {
  let depth = 0;
  for (let at = from; at < words.length && at - from < MAX_JOINED; at++) {
    for (const character of words[at] ?? '') {
      if (character === '(') depth++;
      else if (character === ')') depth--;
    }
    if (depth <= 0) return at;
  }
  return -1;
}

function messageEnd(words: readonly string[], from: number): number {
  if (!/^[A-Z][a-z]+$/.test(words[from] ?? '')) return from;
  for (let end = Math.min(words.length, from + MOST_WORDS); end > from + 1; end--)
    if (GATEWAY_MESSAGE.test(words.slice(from, end).join(' '))) return end;
  return from;
}

import type { ExtractedLine } from './line-format.js';
import { unescapeJson } from './unescape.js';

const MAX_PREFIX = 64;

/**
 * JSON that something was done to: escaped once more (`{\\"ip\\":…}`), quoted as a whole, written with single quotes, or behind a label or
 * the timestamp that an export puts before each event.
 */
export function fromWrapped(
  text: string,
  read: (json: string) => ExtractedLine | undefined,
): ExtractedLine | undefined {
  if (/^"?\{\s{0,8}\\"/.test(text)) return read(unescapeJson(text.replace(/^"|"$/g, '')));
  // A format that was quoted as a whole, and lost the second quote on the way or not.
  if (/^"\{\s{0,8}"/.test(text)) return read(text.slice(1).replace(/\}"$/, '}'));
  if (/^\{\s{0,8}'/.test(text)) {
    const found = read(swapQuotes(text));
    return (
      found && {
        ...found,
        values: found.values.map((value) => (value === undefined ? undefined : swapQuotes(value))),
      }
    );
  }
  const brace = text.slice(0, MAX_PREFIX).search(/\{\s{0,8}"/);
  return brace > 0 && !/["=<]/.test(text.slice(0, brace)) ? read(text.slice(brace)) : undefined;
}

/** `["…","…"]` is a CSV line in brackets. */
export function withoutBrackets(text: string): string {
  return text.startsWith('["') && text.endsWith(']') ? text.slice(1, -1) : text;
}

function swapQuotes(text: string): string {
  return text.replace(/["']/g, (quote) => (quote === '"' ? "'" : '"'));
}

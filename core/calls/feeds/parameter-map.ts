/** A `{name=value, name=value}` map as execution logs print it. */
export interface ParameterMap {
  readonly entries: readonly (readonly [name: string, value: string])[];
  readonly truncated: boolean;
  /** Names, in lower case, that stood there more than once: one of their values was written into another's. */
  readonly repeated: ReadonlySet<string>;
}

const TRUNCATED = ' [TRUNCATED]';
const MOST_ENTRIES = 256;

/**
 * Reads the map. The notation does not escape: a value that holds `, name=` reads as two entries, so nothing that
 * matters may rest on a single entry of it. The first of several entries of one name counts.
 */
export function parseParameterMap(text: string): ParameterMap {
  const { parts, truncated } = splitParameters(text);
  const entries: [string, string][] = [];
  const names = new Set<string>();
  const repeated = new Set<string>();
  for (const part of parts) {
    const at = part.indexOf('=');
    const name = at < 0 ? part : part.slice(0, at);
    const folded = name.toLowerCase();
    if (names.has(folded)) repeated.add(folded);
    names.add(folded);
    if (entries.every(([known]) => known !== name)) entries.push([name, at < 0 ? '' : part.slice(at + 1)]);
  }
  return { entries, truncated, repeated };
}

/** The same map with other values: all its entries, in their order, also those that stand there twice. */
export function mapParameters(text: string, toValue: (name: string, value: string) => string): string {
  const { parts, truncated } = splitParameters(text);
  const mapped = parts.map((part) => {
    const at = part.indexOf('=');
    return at < 0 ? part : `${part.slice(0, at)}=${toValue(part.slice(0, at), part.slice(at + 1))}`;
  });
  return truncated ? withMark(`{${mapped.join(', ')}`, true) : `{${mapped.join(', ')}}`;
}

function splitParameters(text: string): { readonly parts: readonly string[]; readonly truncated: boolean } {
  const { text: whole, truncated } = cutMark(text);
  const open = whole.startsWith('{') ? 1 : 0;
  const inner = whole.slice(open, !truncated && whole.endsWith('}') ? -1 : undefined);
  const parts = inner === '' ? [] : inner.split(/, (?=[\w!#$%&'*+.^`|~[\]-]{1,256}=)/, MOST_ENTRIES);
  return { parts, truncated };
}

/** Takes off the mark that API Gateway puts behind what it cut at 1,024 bytes. */
export function cutMark(text: string): { readonly text: string; readonly truncated: boolean } {
  const trimmed = text.trimEnd();
  return trimmed.endsWith(TRUNCATED)
    ? { text: trimmed.slice(0, -TRUNCATED.length), truncated: true }
    : { text: trimmed, truncated: false };
}

/** Puts the mark back. */
export function withMark(text: string, truncated: boolean): string {
  return truncated ? `${text}${TRUNCATED}` : text;
}

/** Where a separator stands in a line: parallel arrays, ascending. */
export interface Occurrences {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** Finds all occurrences of a separator; linear in the line. */
export type SeparatorSearch = (line: string, separator: string) => Occurrences;

export const exactly: SeparatorSearch = (line, separator) => {
  const starts: number[] = [];
  const ends: number[] = [];
  for (let at = line.indexOf(separator); at >= 0; at = line.indexOf(separator, at + 1)) {
    starts.push(at);
    ends.push(at + separator.length);
  }
  return { starts, ends };
};

/**
 * Separators whose white space was changed on the way: newlines of a heredoc that are kept, dropped or printed as
 * a space, `": "` for `":"`. Around punctuation any white space or none is accepted; a separator that is nothing
 * but white space needs some.
 */
export const withAnySpace: SeparatorSearch = (line, separator) => {
  const pieces = separator.match(PIECE) ?? [];
  if (pieces.length === 0) return spaceRuns(line);
  const anchor = pieces.reduce(
    (best, piece, i) => (piece.length > (pieces[best] ?? '').length ? i : best),
    0,
  );
  const text = pieces[anchor] as string;
  const startsWithQuote = /^["']/.test(separator);
  const endsWithQuote = /["']$/.test(separator);
  const starts: number[] = [];
  const ends: number[] = [];
  for (let at = line.indexOf(text); at >= 0; at = line.indexOf(text, at + 1)) {
    const start = matchBackward(line, at, pieces, anchor);
    const end = matchForward(line, at + text.length, pieces, anchor);
    if (start < 0 || end < 0) continue;
    starts.push(startsWithQuote ? start : skipSpaceBackward(line, start));
    ends.push(endsWithQuote ? end : skipSpace(line, end));
  }
  return { starts, ends };
};

const PIECE = /"[^"\s]+"(?=\s*:)|["'{}[\](),:<>=;|]|[^\s"'{}[\](),:<>=;|]+/g;

function matchBackward(line: string, from: number, pieces: readonly string[], anchor: number): number {
  let position = from;
  for (let i = anchor - 1; i >= 0; i--) {
    const piece = pieces[i] as string;
    position = skipSpaceBackward(line, position) - piece.length;
    if (position < 0 || !line.startsWith(piece, position)) return -1;
  }
  return position;
}

function matchForward(line: string, from: number, pieces: readonly string[], anchor: number): number {
  let position = from;
  for (let i = anchor + 1; i < pieces.length; i++) {
    const piece = pieces[i] as string;
    position = skipSpace(line, position);
    if (!line.startsWith(piece, position)) return -1;
    position += piece.length;
  }
  return position;
}

export function skipSpace(line: string, from: number): number {
  let position = from;
  while (position < line.length && line.charCodeAt(position) <= 32) position++;
  return position;
}

function skipSpaceBackward(line: string, from: number): number {
  let position = from;
  while (position > 0 && line.charCodeAt(position - 1) <= 32) position--;
  return position;
}

function spaceRuns(line: string): Occurrences {
  const starts: number[] = [];
  const ends: number[] = [];
  for (let i = 0; i < line.length; i++) {
    if (line.charCodeAt(i) > 32) continue;
    const end = skipSpace(line, i);
    starts.push(i);
    ends.push(end);
    i = end;
  }
  return { starts, ends };
}

export interface LineChange {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Texts longer than this (the advanced tier holds 8 KB) are shown as replaced as a whole: the table below is quadratic. */
const LINES_MAX = 2_000;

/** The shortest way from one text to the other, line by line (longest common subsequence). */
export function diffLines(before: string, after: string): readonly LineChange[] {
  const from = before.split('\n');
  const to = after.split('\n');
  if (from.length > LINES_MAX || to.length > LINES_MAX)
    return [
      ...from.map((text) => ({ kind: 'removed', text }) as const),
      ...to.map((text) => ({ kind: 'added', text }) as const),
    ];
  // common[i][j]: how many lines the rests from i and from j have in common
  const common = Array.from({ length: from.length + 1 }, () => new Uint16Array(to.length + 1));
  const at = (row: number, column: number): number => common[row]?.[column] ?? 0;
  for (let row = from.length - 1; row >= 0; row -= 1) {
    for (let column = to.length - 1; column >= 0; column -= 1) {
      const cells = common[row];
      if (cells !== undefined)
        cells[column] =
          from[row] === to[column]
            ? at(row + 1, column + 1) + 1
            : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const changes: LineChange[] = [];
  let row = 0;
  let column = 0;
  while (row < from.length || column < to.length) {
    const [removed, added] = [from[row], to[column]];
    if (removed !== undefined && removed === added) {
      changes.push({ kind: 'same', text: removed });
      row += 1;
      column += 1;
    } else if (removed !== undefined && (added === undefined || at(row + 1, column) >= at(row, column + 1))) {
      changes.push({ kind: 'removed', text: removed });
      row += 1;
    } else if (added !== undefined) {
      changes.push({ kind: 'added', text: added });
      column += 1;
    }
  }
  return changes;
}

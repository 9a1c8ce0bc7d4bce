/** Names whose closing tags are looked for one by one; a line with more is gone through once for all. */
const FEW_NAMES = 32;

/**
 * Finds the first closing tag of a name at or behind a position, or -1. Positions must not descend; then the whole is linear
 * in the line, whatever names are asked for.
 */
export function closingTags(line: string): (name: string, from: number) => number {
  const found = new Map<string, number>();
  let all: Map<string, number[]> | undefined;
  return (name, from) => {
    const known = found.get(name);
    if (known !== undefined && (known < 0 || known >= from)) return known;
    let at: number;
    if (found.size < FEW_NAMES && all === undefined) at = line.indexOf(`</${name}>`, from);
    else {
      all ??= allClosingTags(line);
      const positions = all.get(name) ?? [];
      while (positions.length > 0 && (positions.at(-1) as number) < from) positions.pop();
      at = positions.at(-1) ?? -1;
    }
    found.set(name, at);
    return at;
  };
}

/** Positions by name, the last one first. */
function allClosingTags(line: string): Map<string, number[]> {
  const positions = new Map<string, number[]>();
  for (const { 1: name = '', index } of line.matchAll(/<\/([A-Za-z_][\w.:-]{0,127})>/g)) {
    const known = positions.get(name);
    if (known === undefined) positions.set(name, [index]);
    else known.push(index);
  }
  for (const known of positions.values()) known.reverse();
  return positions;
}

import type { RuleProblem } from '../sigma/parse/rule-problem.js';
import type { ParsedRules } from '../sigma/parse-rules.js';
import type { Condition } from '../sigma/rule-source.js';

/** Characters of all own patterns, repeats counted as written out: what they compile to stays within some megabytes. */
const PATTERNS_MAX = 200_000;

/** The parameters whose patterns are too many together; those that were accepted before are counted first. */
export function costlyPatterns(
  { written, fileOf }: Pick<ParsedRules, 'written' | 'fileOf'>,
  settled: ReadonlySet<string>,
): readonly RuleProblem[] {
  const costs = new Map<string, number>();
  for (const rule of written) {
    const file = fileOf.get(rule.id) ?? '';
    if (rule.kind === 'event') costs.set(file, (costs.get(file) ?? 0) + costOf(rule.condition));
  }
  const isSettled = ([file]: readonly [string, number]) => settled.has(file);
  const files = [...costs];
  let total = 0;
  return [...files.filter(isSettled), ...files.filter((file) => !isSettled(file))].flatMap(
    ([file, cost]): readonly RuleProblem[] => {
      if (cost === 0 || total + cost <= PATTERNS_MAX) {
        total += cost;
        return [];
      }
      const what = 'the patterns of all own rules together are too large';
      const seen = `${total + cost} characters with repeats written out`;
      return [{ file, line: 1, column: 1, what, seen, expected: `write at most ${PATTERNS_MAX}` }];
    },
  );
}

function costOf(condition: Condition): number {
  const open = [condition];
  let cost = 0;
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    if (part.kind === 'not') open.push(part.of);
    else if (part.kind !== 'match') for (const inner of part.of) open.push(inner);
    else if (part.match.modifiers.includes('re'))
      for (const value of part.match.values) cost += writtenOut(String(value));
  }
  return cost;
}

function writtenOut(pattern: string): number {
  const repeats = [...pattern.matchAll(/\{(?:\d{0,4},)?(\d{1,4})/g)].map(([, most]) => Number(most));
  return repeats.reduce((sum, most) => sum + most, pattern.length);
}

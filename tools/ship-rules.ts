import { writeFileSync } from 'node:fs';
import { unsupportedCorrelations } from '../core/alerts/unsupported-correlations.js';
import type { RuleSource } from '../core/sigma/rule-source.js';
import { readShippedRules } from './read-shipped-rules.js';

/** The module that `npm run ship-rules` writes: parsed rules, so that no function carries a YAML parser. */
export const SHIPPED_MODULE = 'adapters/shipped/shipped-rules.ts';

/** The rules of `rules/`, as they lie there now. Throws with every problem when one cannot be shipped. */
export function rulesToShip(folder = 'rules'): readonly RuleSource[] {
  const { rules } = readShippedRules(folder);
  const refused = unsupportedCorrelations(rules);
  if (refused.length > 0)
    throw new Error(`rules that cannot be shipped: ${JSON.stringify(refused, null, 2)}`);
  return rules;
}

function moduleText(rules: readonly RuleSource[]): string {
  return `// Written by \`npm run ship-rules\` from rules/; a test compares the two.
// biome-ignore-all format: generated
// biome-ignore-all lint: generated
import type { RuleSource } from '../../core/sigma/rule-source.js';

/** The rules of rules/, parsed. */
export const shippedRules: readonly RuleSource[] = [
${rules.map((rule) => `  ${toLiteral(rule)},`).join('\n')}
];
`;
}

/** JSON leaves out what is undefined; the types want it said. */
function toLiteral(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (Array.isArray(value)) return `[${value.map(toLiteral).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(
      ([name, part]) => `${JSON.stringify(name)}: ${toLiteral(part)}`,
    );
    return `{ ${entries.join(', ')} }`;
  }
  return JSON.stringify(value);
}

if (process.argv[1]?.endsWith('ship-rules.ts') === true) {
  writeFileSync(SHIPPED_MODULE, moduleText(rulesToShip()));
}

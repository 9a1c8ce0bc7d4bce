import { writeFileSync } from 'node:fs';
import { unsupportedCorrelations } from '../core/alerts/unsupported-correlations.js';
import type { RulePack, ShippedRules } from '../core/sigma/rule-pack.js';
import type { RuleSource } from '../core/sigma/rule-source.js';
import { readShippedRules } from './read-shipped-rules.js';

/** The modules that `npm run ship-rules` writes: parsed rules and packs, so that no collector carries a YAML parser. */
const RULES_MODULE = 'adapters/shipped/shipped-rules.ts';
const PACKS_MODULE = 'adapters/shipped/shipped-packs.ts';

/** The rules of `rules/`, as they lie there now. Throws with every problem when one cannot be shipped. */
export function rulesToShip(folder = 'rules'): ShippedRules {
  const shipped = readShippedRules(folder);
  const { rules } = shipped;
  const refused = unsupportedCorrelations(rules);
  if (refused.length > 0)
    throw new Error(`rules that cannot be shipped: ${JSON.stringify(refused, null, 2)}`);
  return shipped;
}

function packsText(packs: readonly RulePack[]): string {
  return `// Written by \`npm run ship-rules\` from rules/; a test compares the two.
// biome-ignore-all format: generated
// biome-ignore-all lint: generated
import type { RulePack } from '../../core/sigma/rule-pack.js';

/** The packs of rules/, parsed. */
export const shippedPacks: readonly RulePack[] = [
${packs.map((pack) => `  ${toLiteral(pack)},`).join('\n')}
];
`;
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
  const { rules, packs } = rulesToShip();
  writeFileSync(RULES_MODULE, moduleText(rules));
  writeFileSync(PACKS_MODULE, packsText(packs));
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeDigest } from '../adapters/node/node-digest.js';
import { Fault } from '../core/fault.js';
import { parseRules } from '../core/sigma/parse-rules.js';
import type { RuleSource } from '../core/sigma/rule-source.js';

/** The rules that come with the product. */
export function shippedRules(): readonly RuleSource[] {
  const folder = rulesFolder();
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /^[^.]+\.yml$/.test(name))
    .sort()
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
  const { rules, problems } = parseRules(files, { digest: nodeDigest });
  if (problems.length > 0) throw new Fault('rule.invalid', { problems: problems.length });
  return rules;
}

/** Beside the sources in a checkout, and one or two folders up from a built file. */
function rulesFolder(): string {
  for (const place of ['../rules', './rules', '../../rules']) {
    const folder = fileURLToPath(new URL(place, import.meta.url));
    if (existsSync(folder)) return folder;
  }
  throw new Fault('bundle.invalid', { missing: 'rules' });
}

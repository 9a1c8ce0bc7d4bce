import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { nodeDigest } from '../adapters/node/node-digest.js';
import { re2Engine } from '../adapters/regex/re2-engine.js';
import { describeProblem, parseRules } from '../core/sigma/parse-rules.js';
import { decodePack, missingFromPack, type ShippedRules } from '../core/sigma/rule-pack.js';

/** Reads all rules and packs under a folder; throws one error that lists every problem. */
export function readShippedRules(folder: string): ShippedRules {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yml'))
    .sort();
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
  const files = paths
    .filter((path) => !path.endsWith('.calls.yml') && !path.endsWith('.pack.yml'))
    .map((path) => ({ name: path, text: read(path) }));
  const { rules, problems } = parseRules(files, { digest: nodeDigest, regex: re2Engine });
  const manifests = paths.filter((path) => path.endsWith('.pack.yml'));
  const packs = manifests.map((path) => ({ path, result: decodePack(parse(read(path))) }));
  const wrong = [
    ...problems.map(describeProblem),
    ...packs.flatMap(({ path, result }) =>
      result.ok
        ? missingFromPack(result.pack, rules).map((id) => `${path}: no rule has the id ${id}`)
        : result.problems.map((problem) => `${path}: ${problem}`),
    ),
  ];
  if (files.length === 0 || packs.length === 0) wrong.push(`${folder}: no rules or no packs found`);
  if (wrong.length > 0) throw new Error(`the rules do not build:\n${wrong.join('\n')}`);
  return { formatVersion: 1, packs: packs.flatMap(({ result }) => (result.ok ? [result.pack] : [])), rules };
}

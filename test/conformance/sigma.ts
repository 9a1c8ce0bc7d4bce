/**
 * Public Sigma rules and the specification's own schemas and examples: `npx tsx test/conformance/sigma.ts --data DIR`. Every
 * rule must compile, every example of the specification must parse beside the rules it refers to, and the rules that we
 * ship must fulfil the official schemas. Fails when it finds nothing.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parseAllDocuments } from 'yaml';
import { nodeDigest } from '../../adapters/node/node-digest.js';
import { re2Engine } from '../../adapters/regex/re2-engine.js';
import { compilePlainRules } from '../../core/sigma/compile-rules.js';
import { describeProblem, parseRules, type RuleFile } from '../../core/sigma/parse-rules.js';

const { values } = parseArgs({ options: { data: { type: 'string' } } });
const folder = values.data ?? process.env['GATEWARDEN_DATA'];
if (folder === undefined) throw new Error('give the folder of inputs: --data DIR');

const problems: string[] = [];
const publicRules = filesIn(join(folder, 'sigma', 'rules'));
const examples = filesIn(join(folder, 'sigma', 'spec', 'tests'));
const shipped = filesIn('rules').filter(({ name }) => !/\.(calls|pack)\.yml$/.test(name));

const compiled = compileAll(publicRules);
const parsed = examples.map((example) => compileAll([example, ...referredBy(example)]));
const documents = shipped.flatMap(({ text }) => parseAllDocuments(text).map((document) => document.toJS()));
for (const document of documents) validate(document);

console.log(JSON.stringify({ rules: compiled, examples: parsed.length, shippedDocuments: documents.length }));
for (const problem of problems) console.error(`FAILED ${problem}`);
const isEmpty = [publicRules, examples, documents].some((list) => list.length === 0);
if (isEmpty) console.error('FAILED nothing was found to check');
process.exit(problems.length > 0 || isEmpty ? 1 : 0);

function compileAll(files: readonly RuleFile[]): number {
  const { rules, problems: found } = parseRules(files, {
    digest: nodeDigest,
    regex: re2Engine,
    logSources: 'any',
  });
  problems.push(...found.map(describeProblem));
  compilePlainRules(
    rules.filter((rule) => rule.kind === 'event'),
    re2Engine,
  );
  return rules.length;
}

/** The examples refer to rules that are not beside them: each gets one that says nothing but its name. */
function referredBy({ text }: RuleFile): readonly RuleFile[] {
  const example: unknown = parseAllDocuments(text)[0]?.toJS();
  const section = property(example, 'correlation') ?? property(example, 'filter');
  const names = property(section, 'rules');
  const logsource = property(example, 'logsource') ?? { product: 'any' };
  return (Array.isArray(names) ? names : names === undefined ? [] : [names]).map((name) => ({
    name: `${name}.yml`,
    text: `title: Stands for ${name}\nid: ${name}\nlogsource: ${JSON.stringify(logsource)}\ndetection: { s: { a: b }, condition: s }\n`,
  }));
}

function validate(document: unknown): void {
  const kind = ['correlation', 'filter'].find((name) => property(document, name) !== undefined);
  const schema = { correlation: 'sigma-correlation-rules-schema', filter: 'sigma-filters-schema' }[
    kind ?? ''
  ];
  const path = join(folder ?? '', 'sigma', 'spec', `${schema ?? 'sigma-detection-rule-schema'}.json`);
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const { $schema: _, ...rest } = JSON.parse(readFileSync(path, 'utf8'));
  const check = ajv.compile(rest);
  if (check(document)) return;
  for (const error of check.errors ?? [])
    problems.push(`${String(property(document, 'title'))}: ${error.instancePath} ${error.message}`);
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

function filesIn(at: string): readonly RuleFile[] {
  return readdirSync(at, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yml'))
    .map((name) => ({ name, text: readFileSync(join(at, name), 'utf8') }));
}

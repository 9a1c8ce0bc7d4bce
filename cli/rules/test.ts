import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { nodeDigest } from '../../adapters/node/node-digest.js';
import { compileRules } from '../../core/sigma/compile-rules.js';
import { foldFilters } from '../../core/sigma/parse/fold-filters.js';
import type { ParsedRules } from '../../core/sigma/parse-rules.js';
import type { RuleSource } from '../../core/sigma/rule-source.js';
import { amount } from '../amount.js';
import { type CliIo, printable, UsageError, write } from '../cli-io.js';
import { fitted, listWidth } from '../fitted.js';
import { correlator } from './fires-on.js';
import { readRules } from './read-rules.js';

interface TestOptions {
  readonly placeholders?: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  $ gatewarden rules test rules
  $ gatewarden rules test rules/own.yml --json

Runs each rule file against the calls beside it: own.calls.yml for own.yml. A rule must fire on its matches, and stay silent on
ordinary calls and look-alikes; one without a match and a look-alike fails, for it is not known to work. Rules may refer to
each other and to shipped rules; cases of a filter name the rule it changes. Ends with 1 when a case fails, with 2 when a
rule has a problem.`;

/** `gatewarden rules test`: rules against the calls they must match and must not. */
export function testCommand(io: CliIo): Command {
  return new Command('test')
    .description('run rules against the calls beside them')
    .argument('<files...>', 'rule files, or folders of them')
    .option('--placeholders <file>', 'values of %name% placeholders: a JSON object of lists')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action((files: readonly string[], options: TestOptions) => test(files, options, io));
}

async function test(names: readonly string[], options: TestOptions, io: CliIo): Promise<void> {
  const [{ describeProblem, parseRules }, { checkRuleCases }, { knownRules }, { shipped }] =
    await Promise.all([
      import('../../core/sigma/parse-rules.js'),
      import('../../core/sigma/rule-cases.js'),
      import('../../core/configuration/known-rules.js'),
      import('../../adapters/shipped/shipped-bundle.js'),
    ]);
  const { placeholders } = options;
  const known = knownRules(shipped, () => true);
  const read = await readRules(names, { logSources: 'fed', placeholders, known });
  const own = new Set(read.written.map(({ id }) => id));
  const elsewhere = [...read.written, ...known.rules.filter(({ id }) => !own.has(id))];
  const problems = read.problems.map(describeProblem);
  const failures: string[] = [];
  let cases = 0;
  for (const file of read.files) {
    // Each file by itself, as its calls are written for: filters of other files do not count.
    const parsed = parseRules([file], {
      digest: nodeDigest,
      regex: read.regex,
      placeholders: read.placeholders,
      known: { ...known, rules: elsewhere },
    });
    if (parsed.problems.length > 0) {
      if (problems.length === 0) problems.push(...parsed.problems.map(describeProblem));
      continue;
    }
    const { rules } = parsed;
    const { tuned, counted } = takenFrom(elsewhere, parsed);
    const text = await casesOf(file.name);
    if (text === undefined) {
      failures.push(`${file.name}: no calls beside it; write ${casesName(file.name)}`);
      continue;
    }
    const all = [...rules, ...tuned, ...counted];
    const ruleSet = compileRules(all, read.regex);
    const run = correlator(all);
    const report = checkRuleCases({
      name: casesName(file.name),
      text,
      rules,
      tuned,
      counted,
      ruleSet,
      fires: run.onCalls,
      firesOnRecords: run.onRecords,
    });
    cases += report.cases;
    failures.push(...report.failures);
  }
  if (failures.length > 0) io.setExitCode(1);
  if (problems.length > 0) io.setExitCode(2);
  const document = { files: read.files.length, cases, failures, problems };
  const lines = [
    ...problems,
    ...failures,
    `${amount(cases, 'case')} of ${amount(read.files.length, 'rule file')}, ${failures.length} failed`,
  ];
  await write(
    io.stdout,
    options.json
      ? `${JSON.stringify(document)}\n`
      : fitted(`${lines.map(printable).join('\n')}\n`, listWidth(io)),
  );
}

/** Of the rules that a file does not hold: those that its filters change, and those that its rules count by. */
function takenFrom(elsewhere: readonly RuleSource[], { rules, filters }: ParsedRules) {
  const held = new Set(rules.map(({ id }) => id));
  const others = foldFilters(
    elsewhere.filter(({ id }) => !held.has(id)),
    filters,
    nodeDigest,
  );
  const byId = new Map(others.map((rule) => [rule.id, rule] as const));
  const tuned = others.filter(({ id }) => filters.has(id));
  const counted = new Map<string, RuleSource>();
  const open = [...rules, ...tuned];
  for (let rule = open.pop(); rule !== undefined; rule = open.pop())
    for (const id of rule.kind === 'correlation' ? rule.ruleIds : []) {
      const member = byId.get(id);
      if (member === undefined || counted.has(id)) continue;
      counted.set(id, member);
      open.push(member);
    }
  return { tuned, counted: [...counted.values()].filter(({ id }) => !filters.has(id)) };
}

function casesName(file: string): string {
  return file.replace(/\.ya?ml$/i, '.calls.yml');
}

async function casesOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(casesName(file), 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new UsageError(`${casesName(file)} cannot be read (${String(cause)})`);
  }
}

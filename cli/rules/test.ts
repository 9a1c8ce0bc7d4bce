import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { compileRules } from '../../core/sigma/compile-rules.js';
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
ordinary calls and look-alikes; one without a match and a look-alike fails, for it is not known to work. Ends with 1
when a case fails, with 2 when a rule has a problem.`;

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
  const [{ describeProblem, parseRules }, { checkRuleCases }, { nodeDigest }] = await Promise.all([
    import('../../core/sigma/parse-rules.js'),
    import('../../core/sigma/rule-cases.js'),
    import('../../adapters/node/node-digest.js'),
  ]);
  const { placeholders } = options;
  const read = await readRules(names, { logSources: 'fed', placeholders });
  const problems = read.problems.map(describeProblem);
  const failures: string[] = [];
  let cases = 0;
  for (const file of read.files) {
    // Each file by itself, as its calls are written for; what it takes from others is a problem above all.
    const { rules, problems: own } = parseRules([file], {
      digest: nodeDigest,
      regex: read.regex,
      placeholders: read.placeholders,
    });
    if (own.length > 0) {
      if (problems.length === 0) problems.push(...own.map(describeProblem));
      continue;
    }
    const text = await casesOf(file.name);
    if (text === undefined) {
      failures.push(`${file.name}: no calls beside it; write ${casesName(file.name)}`);
      continue;
    }
    const ruleSet = compileRules(rules, read.regex);
    const run = correlator(rules);
    const report = checkRuleCases({
      name: casesName(file.name),
      text,
      rules,
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

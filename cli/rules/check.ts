import { Command } from 'commander';
import { amount } from '../amount.js';
import { type CliIo, printable, write } from '../cli-io.js';
import { fitted, listWidth } from '../fitted.js';
import { readRules } from './read-rules.js';

interface CheckOptions {
  readonly fed?: true;
  readonly placeholders?: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  $ gatewarden rules check rules
  $ gatewarden rules check rules/own.yml --fed --json

Every problem of every file, with file, line, column, what is wrong, what was seen and what would be right. Rules of any log
source are accepted, and they may refer to shipped rules; --fed refuses those whose events Gatewarden does not bring to the rules, and fields that their
events do not have. Ends with 2 when there is a problem.`;

/** `gatewarden rules check`: whether rules can run. */
export function checkCommand(io: CliIo): Command {
  return new Command('check')
    .description('list every problem of every rule file')
    .argument('<files...>', 'rule files, or folders of them')
    .option('--fed', 'accept only what the collector will run')
    .option('--placeholders <file>', 'values of %name% placeholders: a JSON object of lists')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action((files: readonly string[], options: CheckOptions) => check(files, options, io));
}

async function check(names: readonly string[], options: CheckOptions, io: CliIo): Promise<void> {
  const [{ describeProblem }, { knownRules }, { shipped }] = await Promise.all([
    import('../../core/sigma/parse-rules.js'),
    import('../../core/configuration/known-rules.js'),
    import('../../adapters/shipped/shipped-bundle.js'),
  ]);
  const { files, rules, problems } = await readRules(names, {
    logSources: options.fed === true ? 'fed' : 'any',
    placeholders: options.placeholders,
    known: knownRules(shipped, () => true),
  });
  if (problems.length > 0) io.setExitCode(2);
  if (options.json) {
    const document = { files: files.length, rules: rules.length, problems };
    await write(io.stdout, `${JSON.stringify(document)}\n`);
    return;
  }
  for (const problem of problems)
    await write(io.stdout, fitted(`${printable(describeProblem(problem))}\n`, listWidth(io)));
  const found = problems.length === 0 ? 'no problem' : amount(problems.length, 'problem');
  await write(io.stdout, `${amount(files.length, 'file')}, ${amount(rules.length, 'rule')}, ${found}\n`);
}

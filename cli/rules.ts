import { Command } from 'commander';
import type { CliIo } from './cli-io.js';
import { checkCommand } from './rules/check.js';
import { coverageCommand } from './rules/coverage.js';
import { matchCommand } from './rules/match.js';
import { newCommand } from './rules/new.js';
import { testCommand } from './rules/test.js';

/** Every subcommand. Adding one is its file and one line here. */
const SUBCOMMANDS: readonly ((io: CliIo) => Command)[] = [
  newCommand,
  checkCommand,
  testCommand,
  coverageCommand,
  matchCommand,
];

const EXAMPLES = `
Examples:
  $ gatewarden rules check rules
  $ gatewarden rules coverage
  $ gatewarden rules match --rules rules --events events.ndjson --json`;

/** `gatewarden rules`: Sigma rules, from writing to running them. */
export function rulesCommand(io: CliIo): Command {
  const rules = new Command('rules')
    .description('Sigma rules: write, check, try and run them, and what they see')
    .addHelpText('after', EXAMPLES);
  for (const subcommand of SUBCOMMANDS) rules.addCommand(subcommand(io));
  return rules;
}

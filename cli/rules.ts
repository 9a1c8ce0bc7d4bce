import { Command } from 'commander';
import type { CliIo } from './cli-io.js';
import { backtestCommand } from './rules/backtest.js';
import { checkCommand } from './rules/check.js';
import { coverageCommand } from './rules/coverage.js';
import { demoteCommand } from './rules/demote.js';
import { diffCommand } from './rules/diff.js';
import { listCommand } from './rules/list.js';
import { matchCommand } from './rules/match.js';
import { newCommand } from './rules/new.js';
import { promoteCommand } from './rules/promote.js';
import { pullCommand } from './rules/pull.js';
import { pushCommand } from './rules/push.js';
import { showCommand } from './rules/show.js';
import { testCommand } from './rules/test.js';
import { upgradeCommand } from './rules/upgrade.js';

/** Every subcommand. Adding one is its file and one line here. */
const SUBCOMMANDS: readonly ((io: CliIo) => Command)[] = [
  listCommand,
  showCommand,
  newCommand,
  checkCommand,
  testCommand,
  matchCommand,
  coverageCommand,
  backtestCommand,
  promoteCommand,
  demoteCommand,
  diffCommand,
  pushCommand,
  pullCommand,
  upgradeCommand,
];

const EXAMPLES = `
Examples:
  $ gatewarden rules list
  $ gatewarden rules check rules
  $ gatewarden rules coverage
  $ gatewarden rules backtest my-first-rule
  $ gatewarden rules match --rules rules --events events.ndjson --json`;

/** `gatewarden rules`: Sigma rules, from writing to running them. */
export function rulesCommand(io: CliIo): Command {
  const rules = new Command('rules')
    .description('Sigma rules: write, check, try and run them, and what they see')
    .addHelpText('after', EXAMPLES);
  for (const subcommand of SUBCOMMANDS) rules.addCommand(subcommand(io));
  return rules;
}

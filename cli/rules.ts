import { Command } from 'commander';
import type { CliIo } from './cli-io.js';
import { coverageCommand } from './rules/coverage.js';

/** Every subcommand of `gatewarden rules`. Adding one is its file in `rules/` and one line here. */
const SUBCOMMANDS: readonly ((io: CliIo) => Command)[] = [coverageCommand];

const EXAMPLES = `
Examples:
  $ gatewarden rules coverage
`;

/** `gatewarden rules`: the rules, and what they see. */
export function rulesCommand(io: CliIo): Command {
  const rules = new Command('rules').description('the detection rules').addHelpText('after', EXAMPLES);
  for (const subcommand of SUBCOMMANDS) rules.addCommand(subcommand(io));
  return rules;
}

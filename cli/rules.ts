import { Command } from 'commander';
import type { CliIo } from './cli-io.js';
import { demoteCommand } from './rules/demote.js';
import { diffCommand } from './rules/diff.js';
import { listCommand } from './rules/list.js';
import { promoteCommand } from './rules/promote.js';
import { pullCommand } from './rules/pull.js';
import { pushCommand } from './rules/push.js';
import { showCommand } from './rules/show.js';
import { upgradeCommand } from './rules/upgrade.js';

/** Every subcommand of `gatewarden rules`. Adding one is its file in `rules/` and one line here. */
const SUBCOMMANDS: readonly ((io: CliIo) => Command)[] = [
  listCommand,
  showCommand,
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
`;

/** `gatewarden rules`: the rules, and what they see. */
export function rulesCommand(io: CliIo): Command {
  const rules = new Command('rules').description('the detection rules').addHelpText('after', EXAMPLES);
  for (const subcommand of SUBCOMMANDS) rules.addCommand(subcommand(io));
  return rules;
}

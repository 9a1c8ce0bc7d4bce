import { Command } from 'commander';
import type { CliIo } from '../cli-io.js';
import { withPlace } from '../place-options.js';
import { moveRule, type TransitionOptions } from './transition.js';

const EXAMPLES = `
Examples:
  $ gatewarden rules promote my-first-rule
  $ gatewarden rules promote throttled-caller --force --json
  $ gatewarden rules promote my-first-rule --stack gatewarden

draft → shadow → active. What becomes active is announced, so its backtest must bound it within its budget
(settings/budgets); --force goes without, and the trail says so.`;

/** `gatewarden rules promote`: one state up. */
export function promoteCommand(io: CliIo): Command {
  return withPlace(new Command('promote'))
    .description('one state up: draft to shadow, shadow to active')
    .argument('<rule>', 'id, its beginning, or name')
    .option('--force', 'without a backtest, or past the budget; the trail records it')
    .option('--by <name>', 'who decides, for the trail (default: the user of this process)')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action((rule: string, options: TransitionOptions) =>
      moveRule({ direction: 'promote', rule, options }, io),
    );
}

import { Command } from 'commander';
import type { CliIo } from '../cli-io.js';
import { withPlace } from '../place-options.js';
import { moveRule, type TransitionOptions } from './transition.js';

const EXAMPLES = `
Examples:
  $ gatewarden rules demote throttled-caller
  $ gatewarden rules demote scraping-sweep --by ana --json

active → shadow → draft. A rule in shadow is recorded and never announced; a draft is not run.`;

/** `gatewarden rules demote`: one state down. */
export function demoteCommand(io: CliIo): Command {
  return withPlace(new Command('demote'))
    .description('one state down: active to shadow, shadow to draft')
    .argument('<rule>', 'id, its beginning, or name')
    .option('--by <name>', 'who decides, for the trail (default: the user of this process)')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action((rule: string, options: TransitionOptions) =>
      moveRule({ direction: 'demote', rule, options }, io),
    );
}

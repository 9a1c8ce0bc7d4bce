import { Command, Option } from 'commander';
import { shipped } from '../../adapters/shipped/shipped-bundle.js';
import { describeOrigin, type ListedRule, listRules } from '../../core/configuration/list-rules.js';
import { type CliIo, write } from '../cli-io.js';
import { paintLevel } from '../level.js';
import { type PlaceOptions, withPlace } from '../place-options.js';
import { type Column, renderTable, tableStyle } from '../table.js';
import { readInForce } from './installation.js';

interface ListOptions extends PlaceOptions {
  readonly state?: ListedRule['state'];
  readonly all?: true;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  $ gatewarden rules list
  $ gatewarden rules list --state shadow
  $ gatewarden rules list --all --json
  $ gatewarden rules list --stack gatewarden

States: active rules are announced; those in shadow are recorded as alerts and never announced; drafts are validated and
not run; (demoted): for its many alerts, show says more; off means that their pack is. Parts raise no alert by themselves: correlations count by them.`;

const STATES = ['active', 'shadow', 'draft', 'off', 'part'] as const;

const COLUMNS: readonly Column[] = [
  { title: 'STATE' },
  { title: 'LEVEL', paint: (text, cell, colours) => paintLevel(text, cell, colours) },
  { title: 'TITLE', shrinksTo: 20, overflow: 'wrap' },
  { title: 'FROM' },
  { title: 'ID' },
];

/** `gatewarden rules list`: which rules there are, how far each has come, and where it is from. */
export function listCommand(io: CliIo): Command {
  return withPlace(new Command('list'))
    .description('the rules, how far each has come and where it is from')
    .addOption(new Option('--state <state>', 'only these').choices(STATES))
    .option('--all', 'also the parts that correlations count by')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action((options: ListOptions) => list(options, io));
}

async function list({ state, all, json, ...place }: ListOptions, io: CliIo): Promise<void> {
  const listed = listRules(await readInForce(place, io), shipped).filter((one) =>
    state === undefined ? all === true || one.state !== 'part' : one.state === state,
  );
  if (json === true) {
    await write(io.stdout, `${JSON.stringify(listed.map(toJson), undefined, 2)}\n`);
    return;
  }
  if (listed.length === 0) {
    await write(io.stdout, 'No rules\n');
    return;
  }
  const rows = listed.map(({ rule, state: now, origin, demoted }) => [
    demoted === undefined ? now : `${now} (demoted)`,
    rule.level,
    rule.title,
    describeOrigin(origin),
    shortId(rule.id),
  ]);
  await write(io.stdout, renderTable(COLUMNS, rows, tableStyle(io)));
}

/** So much of a UUID as `show` needs to find it; other ids are short, and whole. */
function shortId(id: string): string {
  return /^[\da-f]{8}-[\da-f]{4}-/i.test(id) ? id.slice(0, 8) : id;
}

/** One rule as `--json` shows it. */
export function toJson({ rule, state, origin, demoted }: ListedRule) {
  const { id, name, title, level, kind, contentHash, tags } = rule;
  return {
    id,
    name,
    title,
    level,
    kind,
    state,
    origin: origin ?? null,
    demoted: demoted ?? null,
    contentHash,
    tags,
  };
}

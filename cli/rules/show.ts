import { Command } from 'commander';
import pc from 'picocolors';
import { shipped } from '../../adapters/shipped/shipped-bundle.js';
import { budgetOf } from '../../core/alerts/life-cycle.js';
import { samplingOdds } from '../../core/alerts/sampling-odds.js';
import { isCountedByMembers, planCorrelation } from '../../core/alerts/window-plan.js';
import type { Bundle } from '../../core/bundle.js';
import {
  describeOrigin,
  findRules,
  type ListedRule,
  listRules,
} from '../../core/configuration/list-rules.js';
import { DEFAULT_SETTINGS } from '../../core/settings/settings.js';
import type { RuleSource } from '../../core/sigma/rule-source.js';
import { type CliIo, printable, UsageError, write } from '../cli-io.js';
import { textWidth, wrapped } from '../fitted.js';
import { paintLevel } from '../level.js';
import { type PlaceOptions, withPlace } from '../place-options.js';
import { tableStyle } from '../table.js';
import { describeCondition, describeCounting } from './describe-condition.js';
import { readInForce } from './installation.js';
import { toJson } from './list.js';

const EXAMPLES = `
Examples:
  $ gatewarden rules show scraping-sweep
  $ gatewarden rules show bc4601b2 --json

Takes an id, its beginning, or a name.`;

interface ShowOptions extends PlaceOptions {
  readonly json?: true;
}

/** `gatewarden rules show`: one rule, with what its author says of it. */
export function showCommand(io: CliIo): Command {
  return withPlace(new Command('show'))
    .description('one rule: what it counts, what it cannot see, what to do when it fires')
    .argument('<rule>', 'id, its beginning, or name')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action((wanted: string, options: ShowOptions) => show(wanted, options, io));
}

async function show(wanted: string, { json, ...place }: ShowOptions, io: CliIo): Promise<void> {
  const bundle = await readInForce(place, io);
  const found = theRule(listRules(bundle, shipped), wanted);
  await write(
    io.stdout,
    json === true
      ? `${JSON.stringify({ ...toJson(found), rule: found.rule }, undefined, 2)}\n`
      : describe(found, bundle, io),
  );
}

/** The one rule that was meant; throws `UsageError` when none or several are. */
export function theRule(listed: readonly ListedRule[], wanted: string): ListedRule {
  const found = findRules(listed, wanted);
  const [first] = found;
  if (first === undefined)
    throw new UsageError(
      `no rule has the id or name ${JSON.stringify(wanted)}; gatewarden rules list --all shows them`,
    );
  if (found.length > 1)
    throw new UsageError(
      `${found.length} rules have an id that begins with ${JSON.stringify(wanted)}: ${found
        .slice(0, 5)
        .map(({ rule }) => rule.id)
        .join(', ')}`,
    );
  return first;
}

const FACT_INDENT = 14;

function describe(
  { rule, state, origin, demoted }: ListedRule,
  { settings, rules }: Bundle,
  io: CliIo,
): string {
  const style = tableStyle(io);
  const colours = pc.createColors(style.colours);
  const width = textWidth(io);
  const text = (value: string, indent = 0): string =>
    wrapped(printable(value.replace(/\s+/g, ' ')), width, indent);
  const titleOf = (id: string): string => rules.find((other) => other.id === id)?.title ?? id;
  const facts: readonly (readonly [string, string])[] = [
    ['id', printable(rule.id)],
    ['name', printable(rule.name ?? '')],
    ['level', paintLevel(rule.level, rule.level, colours)],
    ['state', state],
    ['demoted', text(demoted ?? '', FACT_INDENT)],
    ['from', printable(describeOrigin(origin))],
    [
      'budget',
      state === 'part' ? '' : `${budgetOf(rule, settings.budgets ?? DEFAULT_SETTINGS.budgets)} alerts a day`,
    ],
    ['matches', rule.kind === 'event' ? text(describeCondition(rule.condition), FACT_INDENT) : ''],
    ['counts', rule.kind === 'event' ? '' : text(describeCounting(rule, titleOf), FACT_INDENT)],
    ['sample', text(describeSample(rule, rules), FACT_INDENT)],
    ['tags', text(rule.tags.join(', '), FACT_INDENT)],
  ];
  const bullets = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0
      ? []
      : [`${colours.bold(title)}\n${lines.map((line) => `  • ${text(line, 4)}\n`).join('')}`];
  return [
    `${colours.bold(text(rule.title))}\n`,
    facts
      .filter(([, value]) => value !== '')
      .map(([name, value]) => `  ${colours.dim(name.padEnd(FACT_INDENT - 2))}${value}\n`)
      .join(''),
    ...(rule.description === undefined ? [] : [`${text(rule.description)}\n`]),
    ...bullets('What to do', rule.runbook),
    ...bullets('What else it may be', rule.falsePositives),
    ...bullets('What it cannot see', rule.blindSpots),
    ...bullets('References', rule.references),
  ].join('\n');
}

/** Empty for rules that count everything. */
function describeSample(rule: RuleSource, rules: readonly RuleSource[]): string {
  const eventRules = new Map(rules.flatMap((one) => (one.kind === 'event' ? [[one.id, one]] : [])));
  if (rule.kind !== 'correlation' || !isCountedByMembers(rule, eventRules)) return '';
  const plan = planCorrelation(rule, eventRules);
  const odds = samplingOdds(plan);
  return odds === undefined
    ? ''
    : `one in ${plan.sampleOneIn} is counted: ${odds.halfAt} fire half of the time, ${odds.surelyAt} all but once in a thousand`;
}

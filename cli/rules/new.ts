import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { LEVELS, type RuleSource } from '../../core/sigma/rule-source.js';
import { callField } from '../../core/sigma/taxonomy.js';
import { type CliIo, UsageError, write } from '../cli-io.js';
import { wholeNumber } from '../number-option.js';
import type { CountedCalls, WantedRule } from './compose-rule.js';
import { parseWhere, typeOf } from './where.js';

interface NewOptions {
  readonly title: string;
  readonly where: readonly string[];
  readonly threshold?: string;
  readonly window: string;
  readonly by: string;
  readonly distinct?: string;
  readonly level: string;
  readonly description?: string;
  readonly to: string;
  readonly force?: true;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  $ gatewarden rules new --title 'Many failed logins' --where path^=/login --where status=401 --threshold 20 --window 5m --by principal
  $ gatewarden rules new --title 'Slow export' --where 'latencyMs>5000' --where path=/export --json

Writes the rule and the calls beside it that it must match and must not: rules/<title>.yml and .calls.yml. Both pass 'rules check'
and 'rules test'; make the calls those of your own APIs. Conditions: = != > >= < <=, ~= contains, ^= starts with, $= ends
with; alternatives with |; an address with a prefix is a network. All conditions must hold. Without --threshold each call
that matches is reported; with it so many of them within the window, in one group.`;

/** `gatewarden rules new`: a rule and its test calls from flags. */
export function newCommand(io: CliIo): Command {
  return new Command('new')
    .description('write a rule and its test calls from flags')
    .requiredOption('--title <text>', 'what the rule detects')
    .requiredOption('--where <conditions...>', 'what a call must be, such as status=401')
    .option('--threshold <n>', 'report so many of them, not each')
    .option('--window <span>', 'within this time span, such as 30s, 5m, 1h, 1d', '5m')
    .option('--by <fields>', 'fields of a group, with commas between', 'principal')
    .option('--distinct <field>', 'count the distinct values of a field, not calls')
    .addOption(new Option('--level <level>', 'how severe it is').choices(LEVELS).default('medium'))
    .option('--description <text>', 'why it matters')
    .option('--to <dir>', 'folder for the two files', 'rules')
    .option('--force', 'write over files that are there')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action((options: NewOptions) => create(options, io));
}

async function create(options: NewOptions, io: CliIo): Promise<void> {
  const [{ composeRule }, { composeCases }] = await Promise.all([
    import('./compose-rule.js'),
    import('./compose-cases.js'),
  ]);
  const wanted = toWanted(options);
  const rule = composeRule(wanted);
  const rules = await checkedRules(rule);
  const cases = composeCases(wanted);
  await checkCases(rules, cases);
  const files = [
    { path: join(options.to, `${wanted.name}.yml`), text: rule },
    { path: join(options.to, `${wanted.name}.calls.yml`), text: cases },
  ];
  await mkdir(options.to, { recursive: true });
  for (const { path, text } of files) await writeNew(path, text, options.force === true ? 'w' : 'wx');
  const paths = files.map(({ path }) => path);
  const shown = options.json ? JSON.stringify({ id: wanted.id, files: paths }) : paths.join('\n');
  await write(io.stdout, `${shown}\n`);
}

function toWanted(options: NewOptions): WantedRule {
  const name = options.title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  if (name === '') throw new UsageError(`--title ${options.title}: expected some letters or digits`);
  return {
    id: randomUUID(),
    baseId: randomUUID(),
    title: options.title,
    name,
    description: options.description ?? options.title,
    level: options.level,
    where: options.where.map(parseWhere),
    counted: countedOf(options),
  };
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function countedOf({ threshold, window, by, distinct }: NewOptions): CountedCalls | undefined {
  if (threshold === undefined) {
    if (distinct === undefined) return undefined;
    throw new UsageError('--distinct needs --threshold: how many values are too many');
  }
  const [, amount, unit = ''] = /^([1-9]\d{0,5})([smhd])$/.exec(window) ?? [];
  const timespanMs = Number(amount) * (UNIT_MS[unit] ?? Number.NaN);
  if (Number.isNaN(timespanMs))
    throw new UsageError(`--window: seen ${window}, expected a number and s, m, h or d, such as 5m`);
  const groupBy = by.split(',').flatMap((field) => (field.trim() === '' ? [] : [field.trim()]));
  for (const field of groupBy) groupable(field, '--by');
  if (distinct !== undefined) groupable(distinct, '--distinct');
  return {
    threshold: wholeNumber('--threshold', threshold, 1, 100_000),
    timespan: window,
    timespanMs,
    groupBy,
    distinct,
  };
}

function groupable(field: string, option: string): void {
  typeOf(field, option);
  if (callField(field)?.groupable !== true)
    throw new UsageError(
      `${option}: calls cannot be grouped or counted by '${field}'; docs/taxonomy.md says by what`,
    );
}

/** What is written must pass `rules check` and `rules test`: it is put to both before anything is. */
async function checkedRules(text: string): Promise<readonly RuleSource[]> {
  const [{ describeProblem, parseRules }, { nodeDigest }] = await Promise.all([
    import('../../core/sigma/parse-rules.js'),
    import('../../adapters/node/node-digest.js'),
  ]);
  const { rules, problems } = parseRules([{ name: 'rule', text }], { digest: nodeDigest });
  if (problems.length > 0) throw new UsageError(problems.map(describeProblem).join('\n  '));
  return rules;
}

async function checkCases(rules: readonly RuleSource[], text: string): Promise<void> {
  const [{ checkRuleCases }, { compileRules }, { correlator }] = await Promise.all([
    import('../../core/sigma/rule-cases.js'),
    import('../../core/sigma/compile-rules.js'),
    import('./fires-on.js'),
  ]);
  const ruleSet = compileRules(rules, undefined);
  const { failures } = checkRuleCases({
    name: 'calls',
    text,
    rules,
    ruleSet,
    fires: correlator(rules).onCalls,
  });
  if (failures.length === 0) return;
  throw new UsageError(
    `no calls can be made up that show the rule at work; write it by hand\n  ${failures.join('\n  ')}`,
  );
}

async function writeNew(path: string, text: string, flag: 'w' | 'wx'): Promise<void> {
  try {
    await writeFile(path, text, { flag });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new UsageError(
      code === 'EEXIST'
        ? `${path} is there already; give another title or folder, or --force`
        : `${path} cannot be written (${code})`,
    );
  }
}

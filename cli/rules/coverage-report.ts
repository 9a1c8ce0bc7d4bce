import type { FeedCoverage } from '../../core/coverage/feed-coverage.js';
import { TYPE_NAMES } from '../../core/coverage/supply-of-format.js';
import type { CliIo } from '../cli-io.js';
import { fitted, textWidth } from '../fitted.js';
import { type Column, renderTable, tableStyle } from '../table.js';

/** Coverage of one feed, and whose it is; without a feed that of a format given on the command line. */
export interface NamedCoverage {
  readonly apiId: string | undefined;
  readonly stage: string | undefined;
  readonly feed: string | undefined;
  readonly coverage: FeedCoverage;
}

/** Every feed with each rule that is not lit, its reason, and what its calls have: the long form. */
export function renderCoverage(covered: readonly NamedCoverage[], io: CliIo): string {
  if (covered.length === 0) return NO_CALLS;
  return covered.map((one) => renderFeed(one, io)).join('\n');
}

export const NO_CALLS = 'There are no calls yet\n';

function renderFeed({ apiId, stage, feed, coverage }: NamedCoverage, io: CliIo): string {
  const { counts, basis, apiType } = coverage;
  const whose = feed === undefined ? 'The format' : `${apiId} ${stage}, feed ${feed}`;
  const judged =
    basis.kind === 'format'
      ? `by its format of ${basis.variables.length} variables`
      : `by the fields of ${basis.calls.toLocaleString('en-US')} calls`;
  const prose = (text: string): string => fitted(text, textWidth(io));
  const lines = [
    prose(
      `${whose} (${TYPE_NAMES[apiType]} API), judged ${judged}: ${counts.lit} rules lit, ${counts.dim} dim, ${counts.dark} dark` +
        `${counts['not-applicable'] === 0 ? '' : `, ${counts['not-applicable']} about other things`}`,
    ),
  ];
  const rows = coverage.rules
    .filter(({ state }) => state === 'dim' || state === 'dark')
    .sort((a, b) => (a.state === b.state ? 0 : a.state === 'dark' ? -1 : 1))
    .map(({ state, level, name, title, reasons, missing }) => [
      state,
      level,
      name ?? title,
      missing.map(alternatives).join('; '),
      reasons.join('; '),
    ]);
  if (rows.length > 0) lines.push('', renderTable(COLUMNS, rows, tableStyle(io)).trimEnd());
  if (basis.kind === 'calls') lines.push('', prose(`Seen in calls: ${shares(basis.shares)}`));
  if (rows.length > 0) lines.push('', 'accessLogSettings.format that lights all of them:', coverage.format);
  return `${lines.join('\n')}\n`;
}

const COLUMNS: readonly Column[] = [
  {
    title: 'STATE',
    paint: (text, cell, colours) => (cell === 'dark' ? colours.red(text) : colours.yellow(text)),
  },
  { title: 'LEVEL' },
  { title: 'RULE', shrinksTo: 20, overflow: 'wrap' },
  { title: 'ADD', shrinksTo: 24, overflow: 'wrap' },
  { title: 'WHY', shrinksTo: 30, overflow: 'wrap' },
];

/** A rule needs one of them; the first are the best. */
const ALTERNATIVES_SHOWN = 2;

export function alternatives(anyOf: readonly string[]): string {
  const shown = anyOf.slice(0, ALTERNATIVES_SHOWN).map((variable) => `$context.${variable}`);
  return [...shown, ...(anyOf.length > ALTERNATIVES_SHOWN ? ['…'] : [])].join(' or ');
}

/** Fields that every call has are not worth a word. */
function shares(seen: Readonly<Record<string, number>>): string {
  const entries = Object.entries(seen);
  const partly = entries.filter(([, share]) => share > 0 && share < 1);
  const never = entries.filter(([, share]) => share === 0).map(([field]) => field);
  const texts = partly.map(([field, share]) => `${field} ${percent(share)}`);
  if (never.length > 0) texts.push(`never ${never.join(', ')}`);
  return texts.length === 0 ? 'every field in all of them' : `${texts.join(', ')}; all others in 100 %`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.01 || share > 0.99 ? 1 : 0)} %`;
}

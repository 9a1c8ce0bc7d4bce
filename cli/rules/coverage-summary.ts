import type { ApiType } from '../../core/calls/api-call.js';
import type { RuleCoverage } from '../../core/coverage/rule-coverage.js';
import { TYPE_NAMES } from '../../core/coverage/supply-of-format.js';
import type { CliIo } from '../cli-io.js';
import { type Column, renderTable, tableStyle } from '../table.js';
import { alternatives, type NamedCoverage, NO_CALLS } from './coverage-report.js';

/**
 * Coverage on one screen: how many rules each feed lights; for each type of API what is missing, and the rules that wait for it;
 * one format to set.
 */
export function summariseCoverage(covered: readonly NamedCoverage[], io: CliIo): string {
  if (covered.length === 0) return NO_CALLS;
  const style = tableStyle(io);
  const feeds = covered.map(({ apiId, stage, feed, coverage: { apiType, basis, counts } }) => [
    feed === undefined ? 'the format' : `${apiId} ${stage}`,
    feed ?? '',
    TYPE_NAMES[apiType],
    basis.kind === 'format'
      ? `format of ${basis.variables.length} variables`
      : `${basis.calls.toLocaleString('en-US')} calls`,
    String(counts.lit),
    String(counts.dim),
    String(counts.dark),
  ]);
  const types = [...new Set(covered.map(({ coverage }) => coverage.apiType))];
  return [
    renderTable(FEEDS, feeds, style),
    ...types.map((type) => ofType(type, covered, io)),
    `${MORE}\n`,
  ].join('\n');
}

const MORE =
  'Lit: works as written. Dim: works partly. Dark: cannot fire. --verbose tells of each rule and feed why, --json all.';

const FEEDS: readonly Column[] = [
  { title: 'STAGE' },
  { title: 'FEED', shrinksTo: 20 },
  { title: 'API' },
  { title: 'JUDGED BY' },
  { title: 'LIT', align: 'right' },
  { title: 'DIM', align: 'right' },
  { title: 'DARK', align: 'right' },
];

const MISSING: readonly Column[] = [
  { title: 'MISSING', shrinksTo: 28 },
  { title: 'DARK', align: 'right', paint: (text, cell, colours) => (cell === '' ? text : colours.red(text)) },
  {
    title: 'DIM',
    align: 'right',
    paint: (text, cell, colours) => (cell === '' ? text : colours.yellow(text)),
  },
  { title: 'RULES', shrinksTo: 30 },
];

/** Names of rules that a group shows; the most severe first. */
const RULES_SHOWN = 4;

function ofType(type: ApiType, covered: readonly NamedCoverage[], io: CliIo): string {
  const feeds = covered.filter(({ coverage }) => coverage.apiType === type);
  const groups = groupsOf(feeds.flatMap(({ coverage }) => coverage.rules));
  if (groups.length === 0) return `${TYPE_NAMES[type]} APIs: every rule is lit.\n`;
  const rows = groups.map(({ missing, dark, dim, names }) => [
    missing,
    dark === 0 ? '' : String(dark),
    dim === 0 ? '' : String(dim),
    [...names.slice(0, RULES_SHOWN), ...(names.length > RULES_SHOWN ? ['…'] : [])].join(', '),
  ]);
  const formats = [...new Set(feeds.map(({ coverage }) => coverage.format))].sort(
    (a, b) => a.length - b.length,
  );
  const each =
    formats.length === 1 ? '' : ' (--print-format prints one for each feed, with what its lines have now)';
  return [
    `${TYPE_NAMES[type]} APIs: what keeps rules from being lit`,
    renderTable(MISSING, rows, tableStyle(io)),
    `accessLogSettings.format for ${TYPE_NAMES[type]} APIs that lights all of them${each}:`,
    `${formats[0]}\n`,
  ].join('\n');
}

interface Group {
  readonly missing: string;
  readonly dark: number;
  readonly dim: number;
  readonly names: readonly string[];
}

const SEVERITY = ['critical', 'high', 'medium', 'low', 'informational'];

/** By each thing that rules wait for, most dark rules first. A rule waits for several; one that several feeds lack counts once. */
function groupsOf(rules: readonly RuleCoverage[]): readonly Group[] {
  const groups = new Map<string, Map<string, RuleCoverage>>();
  for (const rule of rules) {
    if (rule.state !== 'dark' && rule.state !== 'dim') continue;
    for (const missing of rule.missing.length > 0 ? rule.missing.map(alternatives) : rule.reasons) {
      const waiting = groups.get(missing) ?? new Map<string, RuleCoverage>();
      groups.set(missing, waiting);
      if (waiting.get(rule.ruleId)?.state !== 'dark') waiting.set(rule.ruleId, rule);
    }
  }
  return [...groups]
    .map(([missing, waiting]) => {
      const found = [...waiting.values()];
      const dark = found.filter(({ state }) => state === 'dark').length;
      const bySeverity = found.sort((a, b) => SEVERITY.indexOf(a.level) - SEVERITY.indexOf(b.level));
      const names = bySeverity.map(({ name, title }) => name ?? title);
      return { missing, dark, dim: found.length - dark, names };
    })
    .sort((a, b) => b.dark - a.dark || b.dim - a.dim);
}

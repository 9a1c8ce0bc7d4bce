import { stringify } from 'yaml';
import type { Where } from './where.js';

/** What `rules new` has been asked for. */
export interface WantedRule {
  readonly id: string;
  /** Of the rule over single calls that a correlation counts. */
  readonly baseId: string;
  readonly title: string;
  /** In file names and references: lower case, digits and hyphens. */
  readonly name: string;
  readonly description: string;
  readonly level: string;
  readonly where: readonly Where[];
  /** `undefined`: each call that matches is reported. */
  readonly counted: CountedCalls | undefined;
}

export interface CountedCalls {
  readonly threshold: number;
  /** As Sigma writes it: `5m`. */
  readonly timespan: string;
  readonly timespanMs: number;
  readonly groupBy: readonly string[];
  /** The field whose distinct values count, in place of calls. */
  readonly distinct: string | undefined;
}

/** The rule file: one document, or two where calls are counted. */
export function composeRule(wanted: WantedRule): string {
  const { counted } = wanted;
  const head = {
    title: wanted.title,
    id: wanted.id,
    name: wanted.name,
    status: 'experimental',
    description: wanted.description,
  };
  const tail = {
    level: wanted.level,
    gatewarden: { 'blind-spots': ['Not known yet'], runbook: ['Look at the calls of the alert.'] },
  };
  const call = { logsource: { product: 'aws', service: 'apigateway' }, detection: detectionOf(wanted.where) };
  if (counted === undefined) return stringify({ ...head, ...call, ...tail });
  const base = {
    title: `${wanted.title}: one call`,
    id: wanted.baseId,
    name: `${wanted.name}-call`,
    status: 'experimental',
    ...call,
    level: 'informational',
  };
  const correlation = {
    type: counted.distinct === undefined ? 'event_count' : 'value_count',
    rules: [base.name],
    ...(counted.groupBy.length > 0 && { 'group-by': counted.groupBy }),
    timespan: counted.timespan,
    condition: {
      ...(counted.distinct !== undefined && { field: counted.distinct }),
      gte: counted.threshold,
    },
  };
  return `${stringify(base)}---\n${stringify({ ...head, correlation, ...tail })}`;
}

function detectionOf(where: readonly Where[]): Readonly<Record<string, unknown>> {
  const selections: Record<string, unknown> = {};
  for (const [at, { field, modifiers, values }] of where.entries())
    selections[where.length === 1 ? 'selection' : `selection_${at + 1}`] = {
      [[field, ...modifiers].join('|')]: values.length === 1 ? values[0] : values,
    };
  return { ...selections, condition: where.length === 1 ? 'selection' : 'all of selection_*' };
}

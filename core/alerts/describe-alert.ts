import { comparisonsOf } from '../sigma/meets-condition.js';
import type { ThresholdOperator } from '../sigma/rule-source.js';
import { defanged } from './defanged.js';
import type { Group } from './group-of-event.js';
import type { Plan } from './plan-rules.js';
import type { SignalPlan } from './signal-plan.js';

/** `12 distinct values of path in calls that match "Client error" by address 192.0.2.7 within 5 minutes; threshold 10`. */
export function describeAlert(alert: {
  readonly plan: Plan;
  readonly group: Group;
  readonly count: number;
  readonly saturated: boolean;
}): string {
  const { plan, group } = alert;
  const who = describeGroup(group);
  const by = who === '' ? '' : ` ${who}`;
  const timespanMs = plan.kind === 'members' ? plan.timespanMs : plan.rule.timespanMs;
  const sentence = `${describeCount(alert)}${by} within ${duration(timespanMs)}; ${describeLimit(plan)}`;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

interface Counted {
  readonly plan: Plan;
  readonly count: number;
  readonly saturated: boolean;
}

/** What was counted, and of which rules. */
function describeCount({ plan, count, saturated }: Counted): string {
  const titles = plan.signals.map((title) => `"${title}"`);
  const signals = titles.join(' or ');
  if (plan.kind === 'signals')
    return describeAmount(plan, `${saturated ? 'about ' : ''}${shown(count)}`, titles);
  const amount = `${plan.sampleOneIn > 1 ? 'about ' : saturated ? 'at least ' : ''}${count}`;
  if (plan.counts === 'rules') return `${amount} of ${titles.join(', ')} match calls`;
  if (plan.counts === 'values')
    return `${amount} distinct values of ${plan.valueField} in calls that match ${signals}`;
  return `${amount} ${count === 1 ? 'call that matches' : 'calls that match'} ${signals}`;
}

function describeAmount({ rule, root }: SignalPlan, amount: string, titles: readonly string[]): string {
  const field = rule.valueFields?.join(' and ') ?? rule.valueField ?? '';
  const calls = `calls that match ${titles.join(' or ')}`;
  switch (rule.type) {
    case 'value_count':
      return `${amount} distinct values of ${field} in ${calls}`;
    case 'value_sum':
      return `a sum of ${amount} of ${field} in ${calls}`;
    case 'value_avg':
      return `an average of ${amount} of ${field} in ${calls}`;
    case 'value_percentile':
      return root.percentile === undefined
        ? `a value of ${field} that ${amount} % have of the ${calls}`
        : `a percentile ${root.percentile} of ${amount} of ${field} in ${calls}`;
    case 'temporal':
      return `${amount} of ${titles.join(', ')} match calls`;
    case 'temporal_ordered':
      return `${amount} of ${titles.join(', then ')} match calls in this order`;
    default:
      return `${amount} ${amount === '1' ? 'call that matches' : 'calls that match'} ${titles.join(' or ')}`;
  }
}

function describeLimit(plan: Plan): string {
  if (plan.kind === 'members') return `threshold ${plan.firesAt * plan.sampleOneIn}`;
  const comparisons = comparisonsOf(plan.rule);
  const [only, second] = comparisons;
  if (second === undefined && only?.operator === 'gte') return `threshold ${only.threshold}`;
  return `condition ${comparisons.map(({ operator, threshold }) => `${SIGNS[operator]} ${threshold}`).join(' and ')}`;
}

const SIGNS: Readonly<Record<ThresholdOperator, string>> = {
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  eq: '=',
  neq: '!=',
};

/** At most six digits after the point. */
function shown(count: number): string {
  return String(Number(count.toFixed(6)));
}

const KINDS: Readonly<Record<string, string>> = {
  iam: 'IAM principal',
  subject: 'subject',
  'api-key': 'API key',
  'client-certificate': 'client certificate',
  ip: 'address',
};

/** `by API key abc123 on GET /orders/{id} of API a1b2c3`: the caller first, then where, then what else tells groups apart. */
function describeGroup({
  principalKind,
  principal,
  sourceIp,
  apiId,
  method,
  route,
  ...others
}: Group): string {
  const callers = [
    ...(principal === undefined ? [] : [describeCaller(principalKind, principal)]),
    ...(sourceIp === undefined ? [] : [`address ${oneLine(sourceIp)}`]),
  ];
  const caller = callers.length === 0 ? [] : [`by ${callers.join(' from ')}`];
  const place = [method, route].filter((part) => part !== undefined).map(oneLine);
  const rest = Object.entries(others).map(([field, value]) => `with ${field} ${oneLine(value)}`);
  return [
    ...caller,
    ...rest,
    ...(place.length === 0 ? [] : [`on ${place.join(' ')}`]),
    ...(apiId === undefined || apiId === '-' ? [] : [`of API ${oneLine(apiId)}`]),
  ].join(' ');
}

function describeCaller(kind: string | undefined, principal: string): string {
  return principal === '-' ? 'unknown callers' : `${KINDS[kind ?? ''] ?? 'caller'} ${oneLine(principal)}`;
}

const SHOWN_CHARACTERS = 80;

/** What a caller wrote, fit for a sentence: one line, no control or direction characters, no link or mention, not long. */
function oneLine(value: string): string {
  const start = [...value.slice(0, SHOWN_CHARACTERS * 4)];
  const plain = start.slice(0, SHOWN_CHARACTERS).join('').replace(UNPRINTABLE, '�');
  return defanged(value.length > plain.length ? `${plain}…` : plain);
}

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

function duration(ms: number): string {
  for (const [unit, unitMs] of UNITS) {
    if (ms >= unitMs && ms % unitMs === 0) return ms === unitMs ? `1 ${unit}` : `${ms / unitMs} ${unit}s`;
  }
  return `${ms} ms`;
}

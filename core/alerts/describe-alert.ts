import { defanged } from './defanged.js';
import type { Group } from './group-of-call.js';
import type { WindowPlan } from './window-plan.js';

/** `12 distinct values of path in calls that match "Client error" by address 192.0.2.7 within 5 minutes; threshold 10`. */
export function describeAlert(alert: {
  readonly plan: WindowPlan;
  readonly group: Group;
  readonly count: number;
  readonly saturated: boolean;
}): string {
  const { plan, group, count } = alert;
  const amount = `${plan.sampleOneIn > 1 ? 'about ' : alert.saturated ? 'at least ' : ''}${count}`;
  const isOne = count === 1 && plan.valueField === undefined;
  const what =
    plan.valueField === undefined
      ? `${amount} ${isOne ? 'call that matches' : 'calls that match'}`
      : `${amount} distinct values of ${plan.valueField} in calls that match`;
  const signals = plan.signals.map((title) => `"${title}"`).join(' or ');
  const who = describeGroup(group);
  const by = who === '' ? '' : ` ${who}`;
  const limit = plan.firesAt * plan.sampleOneIn;
  const sentence = `${what} ${signals}${by} within ${duration(plan.timespanMs)}; threshold ${limit}`;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
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

import { stringify } from 'yaml';
import { expandCalls } from '../../core/sigma/case-calls.js';
import { compileRules } from '../../core/sigma/compile-rules.js';
import type { EventRule } from '../../core/sigma/rule-source.js';
import { parseValuePattern } from '../../core/sigma/value-pattern.js';
import { UsageError } from '../cli-io.js';
import type { CountedCalls, WantedRule } from './compose-rule.js';
import type { Where } from './where.js';

/** The same call twice is written twice: references are hard to change by hand. */
const WRITTEN_OUT = { aliasDuplicateObjects: false } as const;

type Fields = Readonly<Record<string, unknown>>;

/** The calls beside the rule: what it must match, an ordinary call, and look-alikes. Throws `UsageError` where none can be made. */
export function composeCases(wanted: WantedRule): string {
  const matching = new Map<string, unknown>();
  for (const where of wanted.where) matching.set(where.field, valueFor(where, true));
  const match: Fields = Object.fromEntries(matching);
  const [first] = wanted.where;
  const other: Fields = first === undefined ? {} : { ...match, [first.field]: valueFor(first, false) };
  const calls = [
    { about: 'a call that matches', as: 'match', call: match },
    { about: `a call with another ${first?.field ?? 'status'}`, as: 'look-alike', call: other },
  ];
  const { counted } = wanted;
  if (counted === undefined) return stringify({ calls }, WRITTEN_OUT);
  return stringify({ calls, sequences: sequencesOf(match, counted) }, WRITTEN_OUT);
}

function sequencesOf(match: Fields, counted: CountedCalls): readonly unknown[] {
  const { threshold, distinct, groupBy, timespanMs } = counted;
  const every = `${Math.max(1, Math.floor(timespanMs / (2 * threshold)))}ms`;
  const one = withGroup(match, groupBy, 'g1');
  const counting = distinct === undefined ? one : { ...one, [distinct]: textOrNumber(distinct) };
  const sequences: unknown[] = [
    { about: 'as many as the threshold', as: 'match', calls: [{ repeat: threshold, every, call: counting }] },
    threshold > 1
      ? { about: 'one fewer', as: 'look-alike', calls: [{ repeat: threshold - 1, every, call: counting }] }
      : {
          about: 'none that matches',
          as: 'look-alike',
          calls: [{ repeat: 1, every, call: { status: 299, path: '/' } }],
        },
  ];
  if (distinct !== undefined && threshold > 1)
    sequences.push({
      about: `as many calls with one ${distinct}`,
      as: 'look-alike',
      calls: [{ repeat: threshold, every, call: { ...one, [distinct]: fixed(distinct) } }],
    });
  return sequences;
}

/** Who calls, where the group is about that; any other field that an ordinary call lacks. */
function withGroup(match: Fields, groupBy: readonly string[], value: string): Fields {
  const fields: Record<string, unknown> = { ...match };
  const ordinary: Fields = { ...ordinaryCall() };
  for (const field of groupBy) {
    if (Object.hasOwn(fields, field)) continue;
    if (field === 'principal') {
      fields['principal'] = value;
      if (!Object.hasOwn(fields, 'principalKind')) fields['principalKind'] = 'subject';
    } else if (ordinary[field] === undefined) fields[field] = value;
  }
  return fields;
}

function textOrNumber(field: string): string {
  if (typeof ordinaryCall()[field] === 'number') throw cannot(field);
  return field === 'sourceIp' ? '203.0.113.<n>' : field === 'path' ? '/p<n>' : `${field}-<n>`;
}

function fixed(field: string): string {
  return textOrNumber(field).replace('<n>', '0');
}

/** A value that the condition takes, or does not take: the first of some likely ones that the engine itself agrees on. */
function valueFor(where: Where, wanted: boolean): unknown {
  const found = candidates(where).find((value) => {
    const expanded = expandCalls([{ repeat: 1, every: '1s', start: '0s', call: { [where.field]: value } }]);
    const [call] = expanded.ok ? expanded.calls : [];
    return call !== undefined && compileRules([ruleOf(where)], undefined).match(call).length > 0 === wanted;
  });
  if (found === undefined) throw cannot(where.field);
  return found;
}

function cannot(field: string): UsageError {
  return new UsageError(
    `no calls can be made up for '${field}'; use a field that test calls may set, or write the rule and its calls by hand`,
  );
}

/** Tried for a call that the condition does not take, likely ones of the field first; `null` takes the field away. */
const LIKELY: Readonly<Record<string, readonly unknown[]>> = {
  method: ['GET', 'DELETE'],
  path: ['/elsewhere'],
  route: ['/elsewhere/{id}'],
  apiType: ['rest', 'http'],
  principalKind: ['subject', 'api-key'],
  routeSource: ['deployed', 'template'],
};
const OTHERS: readonly unknown[] = ['other', '203.0.113.7', '198.51.100.7', 200, 418, 0, true, false, null];

function candidates({ field, values }: Where): readonly unknown[] {
  return [
    ...values.flatMap((value): readonly unknown[] => {
      if (typeof value === 'number') return [value, value + 1, value - 1];
      const plain = parseValuePattern(String(value), 'whole')
        .map((part) => (part.kind === 'text' ? part.text : 'x'))
        .join('');
      return [value, plain, String(value).replace(/\/\d+$/, '')];
    }),
    ...(LIKELY[field] ?? []),
    ...OTHERS,
  ];
}

function ruleOf({ field, modifiers, values }: Where): EventRule {
  const none = {
    description: undefined,
    tags: [],
    falsePositives: [],
    references: [],
    blindSpots: [],
    runbook: [],
  };
  const meta = {
    id: 'tried',
    name: undefined,
    title: 'tried',
    level: 'low',
    contentHash: '',
    ...none,
  } as const;
  const condition = { kind: 'match', match: { field, modifiers, values } } as const;
  return { kind: 'event', ...meta, logsource: {}, condition, alerts: true };
}

function ordinaryCall(): Readonly<Record<string, unknown>> {
  const expanded = expandCalls([{ repeat: 1, every: '1s', start: '0s', call: {} }]);
  return { ...(expanded.ok ? expanded.calls[0] : undefined) };
}

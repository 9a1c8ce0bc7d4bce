import { comparisonsOf, meetsCondition } from '../../../../core/sigma/meets-condition.js';
import type { CorrelationRule, RuleSource } from '../../../../core/sigma/rule-source.js';

/** An event and the rules it matches. */
export interface PlainEvent {
  readonly id: string;
  readonly timeMs: number;
  readonly matches: readonly string[];
  readonly fields: Readonly<Record<string, string | number>>;
}

export interface ReferenceFiring {
  readonly atMs: number;
  readonly amount: number;
  readonly group: Readonly<Record<string, string>>;
}

interface Input {
  readonly atMs: number;
  readonly identity: string;
  readonly rule: number;
  readonly event: PlainEvent;
  readonly leaf: string;
}

/**
 * A direct, slow reading of the specification: every window `[t − timespan, t]` that ends with an event is looked at by
 * itself, in O(n²), and correlations that are referred to are worked out first, within the group.
 */
export function referenceFirings(
  rule: CorrelationRule,
  rules: ReadonlyMap<string, RuleSource>,
  events: readonly PlainEvent[],
): readonly ReferenceFiring[] {
  const complete = events.filter((event) => isComplete(rule, rules, event));
  return partsOf(rule, rules, complete).flatMap(({ group, part }) =>
    firings(rule, rules, part).map(({ atMs, amount }) => ({ atMs, amount, group })),
  );
}

/** Every rule on the way to the event finds all the fields it needs. */
function isComplete(
  rule: CorrelationRule,
  rules: ReadonlyMap<string, RuleSource>,
  event: PlainEvent,
): boolean {
  return leavesOf(rule, rules).some((leaf) => event.matches.includes(leaf));
}

function leavesOf(rule: CorrelationRule, rules: ReadonlyMap<string, RuleSource>): readonly string[] {
  return rule.ruleIds.flatMap((id) => {
    const child = rules.get(id);
    return child?.kind === 'correlation' ? leavesOf(child, rules) : [id];
  });
}

function fieldOf(
  rule: CorrelationRule,
  name: string,
  leaf: string,
  event: PlainEvent,
): string | number | undefined {
  return event.fields[rule.aliases?.[name]?.[leaf] ?? name];
}

/** The events of each group; one that is of several rules with different fields may be in several groups. */
function partsOf(
  rule: CorrelationRule,
  rules: ReadonlyMap<string, RuleSource>,
  events: readonly PlainEvent[],
) {
  const parts = new Map<string, { group: Record<string, string>; part: PlainEvent[] }>();
  for (const event of events) {
    for (const leaf of leavesOf(rule, rules)) {
      if (!event.matches.includes(leaf)) continue;
      const values = rule.groupBy.map((name) => fieldOf(rule, name, leaf, event));
      if (values.includes(undefined)) continue;
      const group = Object.fromEntries(rule.groupBy.map((name, at) => [name, String(values[at])]));
      const known = parts.get(JSON.stringify(group)) ?? { group, part: [] };
      known.part.push({ ...event, matches: [leaf] });
      parts.set(JSON.stringify(group), known);
    }
  }
  return [...parts.values()];
}

function firings(
  rule: CorrelationRule,
  rules: ReadonlyMap<string, RuleSource>,
  events: readonly PlainEvent[],
) {
  const inputs = rule.ruleIds.flatMap((id, at): readonly Input[] => {
    const child = rules.get(id);
    if (child?.kind === 'correlation') {
      const own = new Set(leavesOf(child, rules));
      const below = events.filter(({ matches }) => matches.some((leaf) => own.has(leaf)));
      return partsOf(child, rules, below).flatMap(({ group, part }) =>
        firings(child, rules, part).map(({ atMs, last }) => ({
          atMs,
          identity: `${at} ${JSON.stringify(group)} ${Math.floor(atMs / child.timespanMs)}`,
          rule: at,
          event: last.event,
          leaf: last.leaf,
        })),
      );
    }
    return events.flatMap((event) =>
      event.matches.includes(id)
        ? [{ atMs: event.timeMs, identity: event.id, rule: at, event, leaf: id }]
        : [],
    );
  });
  const ends = [...new Set(inputs.map(({ atMs }) => atMs))].sort((a, b) => a - b);
  const windows = ends.map((end) =>
    inputs.filter(({ atMs }) => atMs <= end && atMs >= end - rule.timespanMs),
  );
  const isMonotone =
    !['value_avg', 'value_percentile'].includes(rule.type) &&
    comparisonsOf(rule).every(({ operator }) => operator.startsWith('gt'));
  return windows.flatMap((window, at) => {
    const isPart = windows.some(
      (other) => other.length > window.length && window.every((one) => other.includes(one)),
    );
    if (isPart && !isMonotone) return [];
    const amount = amounts(rule, window).find((each) => meetsCondition(comparisonsOf(rule), each));
    const last = window.filter(({ atMs }) => atMs === ends[at]).at(-1);
    return amount === undefined || last === undefined ? [] : [{ atMs: ends[at] ?? 0, amount, last }];
  });
}

function amounts(rule: CorrelationRule, window: readonly Input[]): readonly number[] {
  const events = [...new Map(window.map((input) => [input.identity, input])).values()];
  const names = rule.valueFields ?? [rule.valueField ?? ''];
  const valueAt = (input: Input) =>
    JSON.stringify(names.map((name) => String(fieldOf(rule, name, input.leaf, input.event))));
  const numbers = events
    .map((input) => Number(fieldOf(rule, names[0] ?? '', input.leaf, input.event)))
    .sort((a, b) => a - b);
  const sum = numbers.reduce((total, number) => total + number, 0);
  switch (rule.type) {
    case 'event_count':
      return [events.length];
    case 'value_count':
      return [new Set(window.map(valueAt)).size];
    case 'value_sum':
      return [sum];
    case 'value_avg':
      return [sum / numbers.length];
    case 'value_percentile': {
      const { percentile } = rule;
      if (percentile === undefined) {
        const counts = [...new Set(events.map(valueAt))].map(
          (value) => events.filter((input) => valueAt(input) === value).length,
        );
        return counts.map((count) => (100 * count) / events.length).sort((a, b) => a - b);
      }
      const at = Math.max(0, Math.ceil((percentile / 100) * numbers.length) - 1);
      return [numbers[at] ?? Number.NaN];
    }
    case 'temporal':
      return [new Set(window.map((input) => input.rule)).size];
    case 'temporal_ordered':
      return [longestChain(window)];
  }
}

/** Tries every choice: the most rules, each later in the list and not earlier in time than the one before. */
function longestChain(window: readonly Input[]): number {
  const from = (atMs: number, rule: number): number =>
    Math.max(
      0,
      ...window
        .filter((next) => next.rule > rule && next.atMs >= atMs)
        .map((next) => 1 + from(next.atMs, next.rule)),
    );
  return from(Number.NEGATIVE_INFINITY, -1);
}

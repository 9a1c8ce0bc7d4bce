import * as v from 'valibot';
import { BEGIN_MS, fillPlaceholders, spanMs } from './case-calls.js';
import { logSourceOf, type RecordFeed } from './log-sources.js';
import type { RuleSet } from './rule-set.js';
import type { CorrelationRule, EventRule, RuleSource } from './rule-source.js';

const ROLES = ['match', 'ordinary', 'look-alike'] as const;

const event = v.record(v.string(), v.unknown());
const recordCases = v.strictObject({
  events: v.optional(
    v.array(
      v.strictObject({ about: v.string(), as: v.picklist(ROLES), rule: v.optional(v.string()), event }),
    ),
    [],
  ),
  sequences: v.optional(
    v.array(
      v.strictObject({
        about: v.string(),
        as: v.picklist(ROLES),
        rule: v.optional(v.string()),
        events: v.array(
          v.strictObject({
            repeat: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)), 1),
            every: v.optional(v.string(), '1m'),
            start: v.optional(v.string(), '0s'),
            event,
          }),
        ),
      }),
    ),
    [],
  ),
});

/** A plain JSON event of a case, with the time it happens at. */
export interface CaseRecord {
  readonly id: string;
  readonly timeMs: number;
  readonly record: Readonly<Record<string, unknown>>;
}

export interface RecordCaseInput {
  /** The case file, read from YAML. */
  readonly cases: unknown;
  readonly rules: readonly RuleSource[];
  /** Rules of elsewhere that filters of the file change: cases may name them, and need one match and one look-alike. */
  readonly tuned?: readonly RuleSource[];
  readonly ruleSet: RuleSet;
  readonly feed: RecordFeed;
  /** Whether the correlation fires on these events, in order of time; `rulesOf` names the rules that one matches. */
  readonly fires: (
    rule: CorrelationRule,
    events: readonly CaseRecord[],
    rulesOf: (event: CaseRecord) => readonly string[],
  ) => boolean;
}

/** The feed of rules that are not about calls; `undefined` where they are. */
export function recordFeedOf(rules: readonly RuleSource[]): RecordFeed | undefined {
  const feeds = rules.map((rule) => (rule.kind === 'event' ? logSourceOf(rule.logsource)?.feed : undefined));
  return feeds.find((feed): feed is RecordFeed => feed !== undefined && feed !== 'calls');
}

/**
 * Runs the events that stand beside a rule over plain JSON events. Each rule must fire on its matches, stay silent on all
 * else, and have a match and a look-alike. Failures in words.
 */
export function checkRecordCases(input: RecordCaseInput): {
  readonly cases: number;
  readonly failures: readonly string[];
} {
  const decoded = v.safeParse(recordCases, input.cases);
  if (!decoded.success)
    return {
      cases: 0,
      failures: decoded.issues.map((issue) => `${v.getDotPath(issue) ?? 'file'}: ${issue.message}`),
    };
  const { events, sequences } = decoded.output;
  const { tuned = [] } = input;
  const named = [...input.rules, ...tuned];
  const correlations = named.filter((rule) => rule.kind === 'correlation');
  const eventRules = named.filter((rule) => rule.kind === 'event');
  const shown = correlations.length > 0 ? correlations : eventRules;
  const failures = [
    ...events.flatMap((entry) => {
      const rule = pick(entry.rule, eventRules);
      if (rule === undefined) return [`"${entry.about}" does not say which rule it is for`];
      return verdict(rule, entry, isMatch(input, rule, entry.event));
    }),
    ...sequences.flatMap((entry) => {
      const rule = pick(entry.rule, correlations);
      if (rule === undefined) return [`"${entry.about}" does not say which rule it is for`];
      const happened = expand(entry.events);
      if (typeof happened === 'string') return [`"${entry.about}": ${happened}`];
      const rulesOf = ({ record }: CaseRecord): readonly string[] =>
        input.ruleSet.matchRecord(input.feed, record).map(({ id }) => id);
      return verdict(rule, entry, input.fires(rule, happened, rulesOf));
    }),
    ...(tuned.length > 0
      ? missingRoles('the filter', [...events, ...sequences])
      : shown.flatMap((rule) => {
          const entries = rule.kind === 'correlation' ? sequences : events;
          return missingRoles(
            `"${rule.title}"`,
            entries.filter((entry) => pick<RuleSource>(entry.rule, shown) === rule),
          );
        })),
  ];
  return { cases: events.length + sequences.length, failures };
}

/** What a rule needs to be known to work, and has not. */
export function missingRoles(
  whose: string,
  entries: readonly { readonly as: (typeof ROLES)[number] }[],
): readonly string[] {
  return (['match', 'look-alike'] as const).flatMap((role) =>
    entries.some((entry) => entry.as === role) ? [] : [`${whose} has no ${role}`],
  );
}

function isMatch({ ruleSet, feed }: RecordCaseInput, rule: EventRule, record: unknown): boolean {
  return ruleSet.matchRecord(feed, record).some(({ id }) => id === rule.id);
}

type Pattern = v.InferOutput<typeof recordCases>['sequences'][number]['events'][number];

/** In order of time; a problem is answered in words. */
function expand(patterns: readonly Pattern[]): readonly CaseRecord[] | string {
  const happened: CaseRecord[] = [];
  for (const [at, { repeat, every, start, event: written }] of patterns.entries()) {
    const everyMs = spanMs(every);
    const startMs = spanMs(start);
    if (everyMs === undefined || startMs === undefined) return "a time is not written as '30s', '5m' or '1h'";
    for (let n = 0; n < repeat; n += 1) {
      const filled = Object.entries(written).map(([name, value]): [string, unknown] => [
        name,
        fillPlaceholders(value, n),
      ]);
      const timeMs = BEGIN_MS + startMs + n * everyMs;
      const record: Readonly<Record<string, unknown>> = Object.fromEntries<unknown>([
        ...filled,
        ['timeMs', timeMs],
      ]);
      happened.push({ id: `case-${at}-${n}`, timeMs, record });
    }
  }
  return happened.sort((left, right) => left.timeMs - right.timeMs);
}

function pick<R extends RuleSource>(reference: string | undefined, rules: readonly R[]): R | undefined {
  if (reference !== undefined) return rules.find(({ id, name }) => id === reference || name === reference);
  return rules.length === 1 ? rules[0] : undefined;
}

function verdict(
  { title }: RuleSource,
  entry: { readonly about: string; readonly as: (typeof ROLES)[number] },
  fired: boolean,
): readonly string[] {
  if (fired === (entry.as === 'match')) return [];
  return [`"${title}" ${fired ? 'fires on' : 'misses'} the ${entry.as} "${entry.about}"`];
}

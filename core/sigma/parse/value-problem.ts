import { assertNever } from '../../assert-never.js';
import { Fault } from '../../fault.js';
import type { RegexEngine } from '../../ports/regex-engine.js';
import { patternsOf } from '../encoded-value.js';
import { parseIpRange } from '../ip-range.js';
import type { Comparison, TimePart } from '../modifiers.js';
import type { RuleValue } from '../rule-source.js';
import type { FieldType } from '../taxonomy.js';

export interface ValueProblem {
  readonly what: string;
  readonly expected: string;
}

/** Why a value does not suit its comparison and field, or `undefined`. Without an engine, patterns are not tried. */
export function valueProblem(
  value: RuleValue,
  comparison: Comparison,
  type: FieldType | undefined,
  regex: RegexEngine | undefined,
): ValueProblem | undefined {
  const numeric = type === 'number' || type === 'time';
  switch (comparison.kind) {
    case 'pattern':
      return patternProblem(value, comparison);
    case 'regex':
      if (typeof value !== 'string')
        return { what: 'a pattern is text', expected: 'put the pattern in quotes' };
      return regexProblem(value, comparison.flags, regex);
    case 'cidr': {
      if (numeric || type === 'boolean')
        return { what: 'the field holds no address', expected: 'use cidr on sourceIp' };
      const range = parseIpRange(String(value));
      return range.kind === 'wrong' ? { what: 'this is no network', expected: range.expected } : undefined;
    }
    case 'number':
      if (typeof value !== 'number')
        return { what: 'this is no number', expected: 'write a number without quotes' };
      if (type !== undefined && !numeric)
        return { what: 'the field holds no number', expected: 'compare it as text' };
      return undefined;
    case 'time':
      if (type !== undefined && type !== 'time')
        return { what: 'the field holds no time', expected: 'use it on timeMs' };
      return timeProblem(value, comparison.part);
    case 'exists':
      return typeof value === 'boolean'
        ? undefined
        : { what: "'exists' takes true or false", expected: 'write true or false' };
    case 'reference':
      return typeof value === 'string' && value !== ''
        ? undefined
        : { what: "'fieldref' takes the name of a field", expected: 'write the name of another field' };
    default:
      return assertNever(comparison);
  }
}

function patternProblem(
  value: RuleValue,
  comparison: Extract<Comparison, { readonly kind: 'pattern' }>,
): ValueProblem | undefined {
  const { shape, cased, encodings } = comparison;
  if (value === null)
    return shape !== 'whole' || cased || encodings.length > 0
      ? { what: 'null takes no modifier', expected: 'write the field without modifiers' }
      : undefined;
  const patterns = patternsOf(String(value), comparison);
  return typeof patterns === 'string'
    ? { what: patterns, expected: 'escape it (\\*, \\?), or write the parts without wildcards' }
    : undefined;
}

/** Inclusive; a year may be any. ISO 8601 counts up to 53 weeks, the specification says 52: both are accepted. */
const RANGES: Readonly<Record<TimePart, readonly [number, number]>> = {
  minute: [0, 59],
  hour: [0, 23],
  day: [1, 31],
  week: [1, 53],
  month: [1, 12],
  year: [0, 9999],
};

function timeProblem(value: RuleValue, part: TimePart): ValueProblem | undefined {
  const [least, most] = RANGES[part];
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
    ? undefined
    : { what: `this is no ${part}`, expected: `write a whole number from ${least} to ${most}` };
}

/** What a pattern costs is bounded by the steps it compiles to; longer lists than this are better read as lists. */
const PATTERN_MAX_CHARACTERS = 4_000;
/** Told before the engine tries: a count of tens of thousands takes it a twentieth of a second each. */
const PATTERN_MAX_REPEATS = 2_000;

function regexProblem(
  pattern: string,
  flags: Extract<Comparison, { readonly kind: 'regex' }>['flags'],
  regex: RegexEngine | undefined,
): ValueProblem | undefined {
  if (pattern.length > PATTERN_MAX_CHARACTERS)
    return {
      what: `the pattern has ${pattern.length} characters`,
      expected: `write at most ${PATTERN_MAX_CHARACTERS}; list several patterns, or use contains`,
    };
  const repeats = pattern.match(/(?<=[{,])\d{4,}(?=[,}])/g) ?? [];
  if (repeats.some((count) => Number(count) > PATTERN_MAX_REPEATS))
    return {
      what: `the pattern repeats more than ${PATTERN_MAX_REPEATS} times`,
      expected: 'repeat less often',
    };
  try {
    regex?.compile(pattern, flags);
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'rule.invalid') throw error;
    return {
      what: `RE2 cannot run this pattern (${String(error.details['reason'] ?? 'invalid')})`,
      expected:
        'write it without look-around (but for look-ahead right behind a leading ^) and back references, which need unbounded time',
    };
  }
}

import { assertNever } from '../assert-never.js';
import type { Condition, FieldMatch } from '../sigma/rule-source.js';
import type { FieldSupply, Supply } from './field-supply.js';

/** A part of a condition that works badly or not at all, because of what one field is supplied with. */
export interface Shortfall {
  readonly field: string;
  readonly supply: FieldSupply;
  readonly how: string;
  /** `$context` variables of which any one mends it. */
  readonly anyOf: readonly string[];
}

/**
 * What can be said of a condition before any call is seen: with these fields it holds for no call, for every call,
 * or it depends on the call. `beyondRepair`: it is so whatever the format.
 */
export interface ConditionJudgement {
  readonly outcome: 'never' | 'always' | 'depends';
  readonly beyondRepair: 'foreign' | 'unlogged' | undefined;
  readonly shortfalls: readonly Shortfall[];
}

/** Evaluates a condition over what the format supplies: three-valued, every field an unknown unless it is never there. */
export function judgeCondition(condition: Condition, supply: Supply): ConditionJudgement {
  return judge(condition, supply, false);
}

function judge(condition: Condition, supply: Supply, negated: boolean): ConditionJudgement {
  switch (condition.kind) {
    case 'match':
      return judgeMatch(condition.match, supply, negated);
    case 'not': {
      const inner = judge(condition.of, supply, !negated);
      return { ...inner, outcome: OPPOSITE[inner.outcome] };
    }
    case 'and':
    case 'or':
      return judgeJunction(
        condition.kind,
        condition.of.map((part) => judge(part, supply, negated)),
      );
    default:
      return assertNever(condition);
  }
}

const OPPOSITE = { never: 'always', always: 'never', depends: 'depends' } as const;

function judgeJunction(kind: 'and' | 'or', parts: readonly ConditionJudgement[]): ConditionJudgement {
  const [deciding, neutral] =
    kind === 'and' ? (['never', 'always'] as const) : (['always', 'never'] as const);
  const decisive = parts.filter(({ outcome }) => outcome === deciding);
  const outcome =
    decisive.length > 0 ? deciding : parts.every((part) => part.outcome === neutral) ? neutral : 'depends';
  const behind = outcome === 'depends' ? [] : decisive.length > 0 ? decisive : parts;
  // One part beyond repair decides an `and`; an `or` is beyond repair only with all its parts.
  const reasons = behind.map(({ beyondRepair }) => beyondRepair);
  const decided = decisive.length > 0 ? reasons.some(Boolean) : reasons.length > 0 && reasons.every(Boolean);
  const beyondRepair = decided ? (reasons.find((reason) => reason === 'foreign') ?? 'unlogged') : undefined;
  // What is about other types of API is no shortfall of this one.
  const isOfOthers = outcome === 'never' && beyondRepair === 'foreign';
  return { outcome, beyondRepair, shortfalls: isOfOthers ? [] : parts.flatMap((part) => part.shortfalls) };
}

function judgeMatch(match: FieldMatch, supply: Supply, negated: boolean): ConditionJudgement {
  const { field } = match;
  // A keyword search looks at whatever text there is.
  if (field === undefined) return DEPENDS;
  const supplied = supply(field);
  if (supplied.state === 'full' || supplied.state === 'weak') {
    const byValue = supplied.values === undefined ? undefined : judgeValues(match, supplied, negated);
    if (byValue !== undefined) return byValue;
    if (supplied.state === 'full') return DEPENDS;
    const { how, anyOf } = supplied;
    return { ...DEPENDS, shortfalls: [{ field, supply: supplied, how, anyOf }] };
  }
  const outcome = holdsWhenAbsent(match) ? 'always' : 'never';
  const effect = negated
    ? `what its filter on ${field} would leave out is counted too`
    : outcome === 'always'
      ? `every call passes its test that ${field} is absent`
      : `its part that looks at ${field} matches nothing`;
  return {
    outcome,
    beyondRepair: supplied.state === 'missing' ? undefined : supplied.state,
    // A field that this type of API does not have is no shortfall: that part is about other APIs.
    shortfalls:
      supplied.state === 'foreign'
        ? []
        : [{ field, supply: supplied, how: `${supplied.how}: ${effect}`, anyOf: supplied.anyOf }],
  };
}

const DEPENDS: ConditionJudgement = { outcome: 'depends', beyondRepair: undefined, shortfalls: [] };

/** Plain comparisons with a field of few values, some of which cannot occur here. */
function judgeValues(
  match: FieldMatch,
  supplied: FieldSupply,
  negated: boolean,
): ConditionJudgement | undefined {
  const { values } = supplied;
  if (values === undefined || match.field === undefined || match.modifiers.length > 0) return undefined;
  const wanted = match.values.map(String);
  if (wanted.some((value) => values.now.has(value))) {
    if (values.constant) return { ...DEPENDS, outcome: 'always' };
    return DEPENDS;
  }
  const anyOf = [...new Set(wanted.flatMap((value) => values.with.get(value) ?? []))];
  if (anyOf.length === 0) return { outcome: 'never', beyondRepair: 'foreign', shortfalls: [] };
  const effect = negated ? 'cannot be told apart and left out' : 'never occurs';
  const how = `${match.field} ${wanted.join(' or ')} ${effect}: nothing in the format says so`;
  return {
    outcome: 'never',
    beyondRepair: undefined,
    shortfalls: [{ field: match.field, supply: supplied, how, anyOf }],
  };
}

/** `field: null` and `exists: false` hold where the field never is. */
function holdsWhenAbsent({ modifiers, values }: FieldMatch): boolean {
  const onAbsence = modifiers.includes('exists')
    ? values.some((value) => value === false || value === 'false')
    : values.includes(null);
  return onAbsence !== modifiers.includes('neq');
}

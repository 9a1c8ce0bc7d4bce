import type { RuleSource } from '../rule-source.js';
import { nearestName } from './nearest-name.js';
import type { Complaint } from './rule-problem.js';

/** Rules that files may refer to without holding them, such as those of the packs. */
export interface KnownRules {
  /** With all that they refer to. A rule among the files takes the place of one with the same id. */
  readonly rules: readonly RuleSource[];
  /** By id and by name: why a rule that somebody may refer to is not among them, and what to do about it. */
  readonly absent: ReadonlyMap<string, Pick<Complaint, 'what' | 'expected'>>;
}

export const NOTHING_KNOWN: KnownRules = { rules: [], absent: new Map() };

/** What to say of a reference that no rule answers to. */
export function unansweredReference(
  reference: string,
  {
    names,
    absent,
    expected,
  }: Pick<KnownRules, 'absent'> & {
    /** Ids and names that would have been answered to. */
    readonly names: readonly string[];
    /** What would be right where no name is near. */
    readonly expected: string;
  },
): Complaint {
  const reason = absent.get(reference);
  if (reason !== undefined) return { ...reason, seen: reference };
  const near = nearestName(reference, names);
  return {
    what: `no rule has the id or name '${reference}'`,
    seen: reference,
    expected: near === undefined ? expected : `did you mean '${near}'?`,
  };
}

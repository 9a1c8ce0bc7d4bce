import type { Digest } from '../ports/digest.js';
import type { ConfigurationFinding, FindingStore } from '../ports/finding-store.js';
import { describeProblem, type RuleProblem } from '../sigma/parse/rule-problem.js';

export interface SeenProblems {
  readonly problems: readonly RuleProblem[];
  /** Parameters of which some text is in force. */
  readonly accepted: ReadonlySet<string>;
  readonly digest: Digest;
  readonly nowMs: number;
}

/** Enough to mend a text by; the rest shows once these are mended. */
const PROBLEMS_MAX = 10;

/**
 * Makes the open findings say what is wrong now: one a parameter, opened, rewritten or closed. A test of level: whatever
 * an earlier run left undone is done here.
 */
export async function keepFindings(
  store: Pick<FindingStore, 'putConfigurationFinding' | 'openConfigurationFindings'>,
  { problems, accepted, digest, nowMs }: SeenProblems,
): Promise<void> {
  const open = new Map(
    (await store.openConfigurationFindings()).map((finding) => [finding.parameter, finding]),
  );
  for (const parameter of new Set(problems.map(({ file }) => file))) {
    const known = open.get(parameter);
    open.delete(parameter);
    const finding: ConfigurationFinding = {
      id: digest.hex(['finding', 'configuration', parameter], 16),
      parameter,
      problems: problems
        .filter(({ file }) => file === parameter)
        .slice(0, PROBLEMS_MAX)
        .map(describeProblem),
      inForce: accepted.has(parameter) ? 'last-good' : 'nothing',
      firstMs: known?.firstMs ?? nowMs,
      status: 'open',
    };
    if (JSON.stringify(known) !== JSON.stringify(finding)) await store.putConfigurationFinding(finding);
  }
  for (const mended of open.values()) await store.putConfigurationFinding({ ...mended, status: 'closed' });
}

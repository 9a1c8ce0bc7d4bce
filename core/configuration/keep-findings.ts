import type { ConfiguredRule } from '../bundle.js';
import type { Digest } from '../ports/digest.js';
import type { ConfigurationFinding, FindingStore } from '../ports/finding-store.js';
import { describeProblem, type RuleProblem } from '../sigma/parse/rule-problem.js';

export interface SeenProblems {
  readonly problems: readonly RuleProblem[];
  /** Parameters of which some text is in force. */
  readonly accepted: ReadonlySet<string>;
  readonly configured: readonly ConfiguredRule[];
  readonly digest: Digest;
  readonly nowMs: number;
}

/** Enough to mend a text by; the rest shows once these are mended. */
const PROBLEMS_MAX = 10;

/**
 * Makes the open findings say what is wrong now: one a parameter and one a demoted rule, opened, rewritten or closed. A test of
 * level: whatever an earlier run left undone is done here.
 */
export async function keepFindings(
  store: Pick<FindingStore, 'putConfigurationFinding' | 'configurationFindings'>,
  seen: SeenProblems,
): Promise<void> {
  const open = new Map((await store.configurationFindings('open')).map((finding) => [finding.id, finding]));
  for (const found of [...brokenParameters(seen), ...demotedRules(seen)]) {
    const known = open.get(found.id);
    open.delete(found.id);
    const { id, parameter, problems, inForce } = found;
    const firstMs = known?.firstMs ?? seen.nowMs;
    const finding: ConfigurationFinding = { id, parameter, problems, inForce, firstMs, status: 'open' };
    if (JSON.stringify(known) !== JSON.stringify(finding)) await store.putConfigurationFinding(finding);
  }
  for (const mended of open.values()) await store.putConfigurationFinding({ ...mended, status: 'closed' });
}

type Found = Omit<ConfigurationFinding, 'firstMs' | 'status'>;

function brokenParameters({ problems, accepted, digest }: SeenProblems): readonly Found[] {
  return [...new Set(problems.map(({ file }) => file))].map((parameter) => ({
    id: digest.hex(['finding', 'configuration', parameter], 16),
    parameter,
    problems: problems
      .filter(({ file }) => file === parameter)
      .slice(0, PROBLEMS_MAX)
      .map(describeProblem),
    inForce: accepted.has(parameter) ? 'last-good' : 'nothing',
  }));
}

function demotedRules({ configured, digest }: SeenProblems): readonly Found[] {
  return configured.flatMap(({ id, origin, demoted }): readonly Found[] => {
    if (demoted === undefined) return [];
    const parameter = origin.kind === 'parameter' ? origin.name : `${origin.pack}/${id}`;
    const problem = `${id} was demoted to shadow: ${demoted}; tune it and backtest it, or promote it with --force`;
    return [
      { id: digest.hex(['finding', 'demoted', id], 16), parameter, problems: [problem], inForce: 'shadow' },
    ];
  });
}

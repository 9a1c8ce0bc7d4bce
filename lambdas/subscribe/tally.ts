import * as v from 'valibot';

/** What became of each log group a run looked at. The last seven are problems that somebody may have to mend. */
export const OUTCOMES = [
  'subscribed',
  'put',
  'removed',
  'own-group',
  'clear',
  'unsupported-class',
  'slots-full',
  'name-taken',
  'missing',
  'not-permitted',
  'put-failed',
  'removal-failed',
] as const;

export type Outcome = (typeof OUTCOMES)[number];

const PROBLEMS: readonly Outcome[] = OUTCOMES.slice(OUTCOMES.indexOf('unsupported-class'));

export interface Problem {
  readonly group: string;
  readonly outcome: Outcome;
  /** The service's name for the error, where there was one. */
  readonly error?: string | undefined;
}

/** Plain data, so that a run that goes on in another invocation takes it along. */
export interface Tally {
  readonly counts: Readonly<Partial<Record<Outcome, number>>>;
  readonly problems: readonly Problem[];
}

/** Named problems in one run; the counts go on beyond it. 100 names keep a continuation and a log line small. */
const MAX_NAMED_PROBLEMS = 100;

export const EMPTY_TALLY: Tally = { counts: {}, problems: [] };

export function addOutcome(tally: Tally, problem: Problem): Tally {
  const { outcome } = problem;
  const isNamed = PROBLEMS.includes(outcome) && tally.problems.length < MAX_NAMED_PROBLEMS;
  return {
    counts: { ...tally.counts, [outcome]: countOf(tally, outcome) + 1 },
    problems: isNamed ? [...tally.problems, problem] : tally.problems,
  };
}

export function countOf(tally: Tally, ...outcomes: readonly Outcome[]): number {
  return outcomes.reduce((sum, outcome) => sum + (tally.counts[outcome] ?? 0), 0);
}

/** Reads what an earlier stretch handed over. */
export function parseTally(handedOver: unknown): Tally {
  return v.parse(TALLY, handedOver);
}

const OUTCOME = v.picklist(OUTCOMES);
const TALLY = v.object({
  counts: v.record(OUTCOME, v.number()),
  problems: v.array(v.object({ group: v.string(), outcome: OUTCOME, error: v.optional(v.string()) })),
});

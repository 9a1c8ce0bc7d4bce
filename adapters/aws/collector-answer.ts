import * as v from 'valibot';

/** What became of an event that the collector was given. */
export type CollectorOutcome =
  | { readonly kind: 'done' }
  /** It failed again, or part of it: nothing is lost, for nothing was taken out of where it lies. */
  | { readonly kind: 'failed'; readonly reason: string };

/** What the collector answered, and how Lambda says that it threw (`FunctionError`). */
export function decodeAnswer(functionError: string | undefined, answer: string): CollectorOutcome {
  if (functionError !== undefined) {
    const thrown = v.safeParse(THROWN, answer);
    const reason = thrown.success ? thrown.output.errorMessage : undefined;
    return { kind: 'failed', reason: (reason ?? functionError).slice(0, REASON_CHARACTERS) };
  }
  const parsed = v.safeParse(ANSWER, answer);
  if (!parsed.success) return { kind: 'failed', reason: 'not an answer of the collector' };
  const failed = parsed.output.batchItemFailures.length;
  return failed === 0 ? { kind: 'done' } : { kind: 'failed', reason: `${failed} of its records failed` };
}

const REASON_CHARACTERS = 200;

const THROWN = v.pipe(v.string(), v.parseJson(), v.object({ errorMessage: v.string() }));
const ANSWER = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ batchItemFailures: v.array(v.object({ itemIdentifier: v.string() })) }),
);

/** Refusals that pass: the event stays where it lies, and the next run tries it again. */
const PASSING: ReadonlySet<string> = new Set([
  'TooManyRequestsException',
  'ThrottlingException',
  'ServiceException',
  'EC2ThrottledException',
  'ResourceConflictException',
  'ResourceNotReadyException',
  'RequestTooLargeException',
  'TimeoutError',
]);

export function isPassing(error: unknown): error is Error {
  return error instanceof Error && PASSING.has(error.name);
}

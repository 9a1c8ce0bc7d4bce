import * as v from 'valibot';

/** The parts of an installation that commands need to find. */
export interface StackNames {
  /** Name or ARN of the function that takes payloads. */
  readonly collector: string;
  /** Name of the failure bucket. */
  readonly failures: string;
  /** Names of the tables. */
  readonly state: string;
  readonly inventory: string;
  readonly findings: string;
  readonly trail: string;
  /** Where its rules and settings lie in Parameter Store, as `/gatewarden`. */
  readonly parameters: string;
}

/** The parameter in which a stack says what its parts are called. */
export function stackParameterName(stackName: string): string {
  return `/gatewarden/stacks/${stackName}`;
}

/** `undefined` when the parameter's value is no such thing. */
export function decodeStackNames(value: string): StackNames | undefined {
  const parsed = v.safeParse(NAMES, value);
  return parsed.success ? parsed.output : undefined;
}

const TEXT = v.pipe(v.string(), v.minLength(1));
const NAMES = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    collector: TEXT,
    failures: TEXT,
    state: TEXT,
    inventory: TEXT,
    findings: TEXT,
    trail: TEXT,
    parameters: TEXT,
  }),
);

import * as v from 'valibot';
import { TABLE_ENV, toTableNames } from '../../adapters/aws/table-env.js';
import type { TableNames } from '../../adapters/dynamodb/table-schema.js';
import { Fault } from '../../core/fault.js';

export interface SubscribeEnv {
  readonly tables: TableNames;
  readonly functionName: string;
  /** The stack's name: the dimension of the metrics. */
  readonly stack: string;
  /** ARN of this function's own log group, without `:*`: its tag says which subscription is in force. */
  readonly ownLogGroupArn: string;
}

/** Throws `Fault('environment.invalid')` that names every variable at fault. */
export function parseSubscribeEnv(env: Readonly<Record<string, string | undefined>>): SubscribeEnv {
  const parsed = v.safeParse(ENV, env);
  if (parsed.success) {
    const { AWS_LAMBDA_FUNCTION_NAME: functionName, GATEWARDEN_STACK: stack } = parsed.output;
    const { GATEWARDEN_OWN_LOG_GROUP_ARN: ownLogGroupArn } = parsed.output;
    return { functionName, stack, ownLogGroupArn, tables: toTableNames(parsed.output) };
  }
  const variables = parsed.issues.map((issue) => v.getDotPath(issue) ?? 'environment').join(', ');
  throw new Fault('environment.invalid', { function: 'subscribe', variables });
}

const ENV = v.object({
  ...TABLE_ENV,
  AWS_LAMBDA_FUNCTION_NAME: v.pipe(v.string(), v.minLength(1)),
  GATEWARDEN_STACK: v.pipe(v.string(), v.minLength(1)),
  GATEWARDEN_OWN_LOG_GROUP_ARN: v.pipe(
    v.string(),
    v.startsWith('arn:'),
    v.check((arn) => !arn.endsWith(':*')),
  ),
});

import * as v from 'valibot';
import { parseFunctionEnv } from '../../adapters/aws/function-env.js';
import { TABLE_ENV, toTableNames } from '../../adapters/aws/table-env.js';
import type { TableNames } from '../../adapters/dynamodb/table-schema.js';

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
  const parsed = parseFunctionEnv('subscribe', ENV, env);
  return {
    tables: toTableNames(parsed),
    functionName: parsed.AWS_LAMBDA_FUNCTION_NAME,
    stack: parsed.GATEWARDEN_STACK,
    ownLogGroupArn: parsed.GATEWARDEN_OWN_LOG_GROUP_ARN,
  };
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

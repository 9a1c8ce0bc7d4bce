import * as v from 'valibot';
import { parseFunctionEnv } from '../../adapters/aws/function-env.js';
import { TABLE_ENV, toTableNames } from '../../adapters/aws/table-env.js';
import type { TableNames } from '../../adapters/dynamodb/table-schema.js';

export interface NotifyEnv {
  readonly tables: TableNames;
  readonly topicArn: string;
  readonly busName: string;
}

const ENV = v.object({
  ...TABLE_ENV,
  GATEWARDEN_TOPIC_ARN: v.pipe(v.string(), v.startsWith('arn:')),
  GATEWARDEN_EVENT_BUS: v.pipe(v.string(), v.minLength(1)),
});

/** Throws `Fault('environment.invalid')` that names every variable at fault. */
export function parseNotifyEnv(env: Readonly<Record<string, string | undefined>>): NotifyEnv {
  const parsed = parseFunctionEnv('notify', ENV, env);
  const { GATEWARDEN_TOPIC_ARN: topicArn, GATEWARDEN_EVENT_BUS: busName } = parsed;
  return { tables: toTableNames(parsed), topicArn, busName };
}

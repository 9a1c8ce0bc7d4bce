import * as v from 'valibot';
import { TABLE_ENV, toTableNames } from '../../adapters/aws/table-env.js';
import type { TableNames } from '../../adapters/dynamodb/table-schema.js';
import { Fault } from '../../core/fault.js';

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
  const parsed = v.safeParse(ENV, env);
  if (parsed.success) {
    const { GATEWARDEN_TOPIC_ARN: topicArn, GATEWARDEN_EVENT_BUS: busName } = parsed.output;
    return { tables: toTableNames(parsed.output), topicArn, busName };
  }
  const variables = parsed.issues.map((issue) => v.getDotPath(issue) ?? 'environment').join(', ');
  throw new Fault('environment.invalid', { function: 'notify', variables });
}

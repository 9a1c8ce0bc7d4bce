import * as v from 'valibot';
import type { BufferProps } from './buffer.js';
import type { LogSource } from './log-sources.js';

export interface AppContext {
  readonly stackName: string;
  readonly logGroups: readonly LogSource[];
  readonly buffering: BufferProps;
}

/**
 * Reads what `cdk deploy -c key=value` (or `cdk.json`) says. `logGroups`: names and prefixes separated by commas, a
 * prefix ending in `*`; `buffering`: `direct` or `kinesis`; `stackName`. Throws with every problem at once.
 */
export function parseAppContext(context: (key: string) => unknown): AppContext {
  const parsed = v.safeParse(CONTEXT, {
    stackName: context('stackName'),
    logGroups: context('logGroups'),
    buffering: context('buffering'),
  });
  if (!parsed.success) {
    const problems = parsed.issues.map((issue) => `${v.getDotPath(issue) ?? 'context'}: ${issue.message}`);
    throw new TypeError(`the CDK context does not fit:\n  ${problems.join('\n  ')}`);
  }
  const { stackName, logGroups, buffering } = parsed.output;
  return { stackName, logGroups: logGroups.map(toSource), buffering: { kind: buffering } };
}

function toSource(pattern: string): LogSource {
  return pattern.endsWith('*') ? { prefix: pattern.slice(0, -1) } : { name: pattern };
}

const GROUP = v.pipe(
  v.string(),
  v.regex(
    /^[.\-_/#A-Za-z0-9]{1,512}\*?$/,
    'a log group name, or a prefix of at least one character and then *',
  ),
);
const COMMA_SEPARATED = v.pipe(
  v.string(),
  v.transform((text) => text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]))),
);

const CONTEXT = v.object({
  stackName: v.optional(
    v.pipe(v.string(), v.regex(/^[A-Za-z][-A-Za-z0-9]{0,100}$/, 'letters, digits and -')),
    'gatewarden',
  ),
  logGroups: v.pipe(
    v.optional(v.union([v.array(v.string()), COMMA_SEPARATED]), ['/aws/vendedlogs/apigateway/*']),
    v.array(GROUP),
    v.minLength(1, 'at least one log group'),
  ),
  buffering: v.optional(v.picklist(['direct', 'kinesis'], 'direct or kinesis'), 'direct'),
});

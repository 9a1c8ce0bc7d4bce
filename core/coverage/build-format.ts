import type { ApiType } from '../calls/api-call.js';
import { SHORT_KEYS } from '../calls/format/short-keys.js';
import { typesOfVariable } from '../calls/format/variable-types.js';
import { factsOf } from '../calls/format/variables.js';
import { SECRET_VARIABLES } from '../calls/redaction/secret-catalogue.js';

/** API Gateway's limit for REST and HTTP APIs (not adjustable). */
export const FORMAT_BYTES_MAX = 3 * 1024;

/**
 * Text that callers write (`factsOf(…).trust` of the host name, 30, and of everything below it) goes last, the least
 * trusted at the very end: what breaks out of its quotes then has nothing behind it to forge.
 */
const CALLERS_TEXT = 30;

export interface FormatRequest {
  readonly apiType: ApiType;
  readonly variables: readonly string[];
  /** One-letter keys, for every byte of a line is paid for; otherwise the variables' own names. */
  readonly keys: 'short' | 'named';
}

/**
 * One line of JSON for `accessLogSettings.format`: of the variables those that this type of API has and that hold no
 * secret, each once, all quoted (a missing value prints `-`, also where a number is due).
 */
export function buildFormat({ apiType, variables, keys }: FormatRequest): string {
  const valid = [...new Set(variables)].filter(
    (name) => typesOfVariable(name).includes(apiType) && !SECRET_VARIABLES.includes(name),
  );
  const first = valid.filter((name) => factsOf(name).trust > CALLERS_TEXT);
  const last = valid.filter((name) => factsOf(name).trust <= CALLERS_TEXT);
  last.sort((a, b) => factsOf(b).trust - factsOf(a).trust);
  const taken = new Set<string>();
  const pairs = [...first, ...last].map((name) => {
    const key = keyOf(name, keys, taken);
    taken.add(key);
    return `"${key}":"$context.${name}"`;
  });
  return `{${pairs.join(',')}}`;
}

/** `identity.sourceIp` → `sourceIp`, `error.responseType` → `errorResponseType`; the whole name where that is taken. */
function keyOf(name: string, keys: FormatRequest['keys'], taken: ReadonlySet<string>): string {
  const short = keys === 'short' && Object.hasOwn(SHORT_KEYS, name) ? SHORT_KEYS[name] : undefined;
  if (short !== undefined && !taken.has(short)) return short;
  const words = name.replace(/^(?:identity|authorizer\.claims|customDomain)\./, '').split('.');
  const camel = words
    .map((word, at) => (at === 0 ? word : word.slice(0, 1).toUpperCase() + word.slice(1)))
    .join('');
  return /^\w+$/.test(camel) && !taken.has(camel) ? camel : name;
}

import { kindOfValue } from './value-kinds.js';
import { isKnownVariable } from './variables.js';

/** An application's own log line has a level and a message, and nothing that only an access log has. */
export function isCall(names: readonly string[], variables: readonly (string | undefined)[]): boolean {
  const keys = new Set(names.map((name) => name.toLowerCase()));
  const isAppLog =
    (keys.has('level') || keys.has('loglevel') || keys.has('severity')) &&
    (keys.has('message') || keys.has('msg'));
  return !isAppLog || hasAccessField(variables);
}

/** Whether one of the variables is such as only an access log has. */
export function hasAccessField(variables: readonly (string | undefined)[]): boolean {
  return variables.some((name) => name !== undefined && ACCESS_LOG_ONLY.has(name));
}

const ACCESS_LOG_ONLY = new Set([
  'httpMethod',
  'status',
  'identity.sourceIp',
  'routeKey',
  'resourcePath',
  'path',
  'eventType',
]);

/** At least two fields of an API call, or one that is all the line has. */
export function isRecognised(variables: readonly string[]): boolean {
  const known = variables.filter(isKnownVariable).length;
  return known >= 2 || (known === 1 && variables.length <= 2);
}

const STRONG = new Set([
  'ip',
  'clf-time',
  'epoch',
  'uuid',
  'gateway-id',
  'route',
  'protocol',
  'method',
  'template',
]);

/** Whether unnamed values look like a call: some that cannot be mistaken, and not lost among words. */
export function isPlausible(
  values: readonly (string | undefined)[],
  assigned: readonly (string | undefined)[],
): boolean {
  const kinds = values.map(kindOfValue);
  const recognised = assigned.filter((name) => name !== undefined).length;
  const strong = kinds.filter((kind, i) => assigned[i] !== undefined && STRONG.has(kind)).length;
  const unknown = kinds.filter((kind) => kind === 'unknown').length;
  if (values.length === 1)
    return kinds[0] === 'uuid' || (kinds[0] === 'gateway-id' && values[0]?.endsWith('=') === true);
  return recognised >= 2 && strong >= 1 && (recognised > unknown || strong >= 3);
}

const REQUEST_LINE = /^([A-Z]{3,10}) (.*\S) (HTTP\/[\d.]+)$/;
const SOCKET_LINE = /^(CONNECT|MESSAGE|DISCONNECT|-) (\$?[\w-]+) (\S+)$/;
const MAX_REQUEST_LINE = 4096;

interface NamedLine {
  readonly variables: readonly string[];
  readonly values: readonly (string | undefined)[];
}

/** A field such as `"request":"GET /pets HTTP/1.1"` also yields its parts, as slots behind the line's own. */
export function withRequestLine(
  variables: readonly string[],
  values: readonly (string | undefined)[],
  at: number,
): NamedLine {
  const value = values[at];
  if (value === undefined || value.length > MAX_REQUEST_LINE) return { variables, values };
  const parts = REQUEST_LINE.exec(value);
  if (parts !== null) {
    return {
      variables: [...variables, 'httpMethod', pathVariable(parts[2] ?? ''), 'protocol'],
      values: [...values, ...present(parts)],
    };
  }
  const socket = SOCKET_LINE.exec(value);
  if (socket === null) return { variables, values };
  return {
    variables: [...variables, 'eventType', 'routeKey', 'connectionId'],
    values: [...values, ...present(socket)],
  };
}

function pathVariable(text: string): string {
  if (/^[A-Z]{3,10} \/|^\$/.test(text)) return 'routeKey';
  return /[{]/.test(text) ? 'resourcePath' : 'path';
}

function present(parts: RegExpExecArray): readonly (string | undefined)[] {
  return parts.slice(1, 4).map((part) => (part === '-' ? undefined : part));
}

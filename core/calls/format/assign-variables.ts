import { isConcretePath } from './concrete-path.js';
import { kindOfValue, type ValueKind } from './value-kinds.js';

/** Kinds that name one variable whatever stands around them. */
const PLAIN: Readonly<Partial<Record<ValueKind, string>>> = {
  ip: 'identity.sourceIp',
  'clf-time': 'requestTime',
  epoch: 'requestTimeEpoch',
  route: 'routeKey',
  protocol: 'protocol',
  trace: 'xrayTraceId',
  account: 'accountId',
  'user-arn': 'identity.userArn',
  'acl-arn': 'webaclArn',
  principal: 'identity.caller',
  domain: 'domainName',
  'user-agent': 'identity.userAgent',
  waf: 'wafResponseCode',
  'error-type': 'error.responseType',
  'gateway-message': 'error.message',
  tls: 'tlsVersion',
  cipher: 'cipherSuite',
  'api-id': 'apiId',
  template: 'resourcePath',
};

/** Integers behind the status, in the order in which formats print them. */
const NUMBERS = ['responseLength', 'responseLatency', 'integrationLatency'] as const;

/**
 * The variables behind unnamed values, by their shapes and their order; `undefined` where the shape says nothing.
 * No variable is given twice, nor one in `taken`. Conventions: a UUID is the request id and a `…=` id the extended
 * one; without a UUID the first `…=` id is the request id (HTTP and WebSocket, where both are equal).
 */
export function assignVariables(
  values: readonly (string | undefined)[],
  taken: ReadonlySet<string>,
): (string | undefined)[] {
  const kinds = values.map(kindOfValue);
  const used = new Set(taken);
  const event = kinds.findIndex(
    (kind, i) => kind === 'event-type' && (values[i] !== 'CONNECT' || values[i + 1] === '$connect'),
  );
  // Behind the event stands the route that its message chose: any word.
  if (event >= 0 && kinds[event + 1] === 'unknown') kinds[event + 1] = 'route';
  const isSocket =
    event >= 0 ||
    kinds.some(
      (kind, i) => kind === 'route' && values[i]?.startsWith('$') === true && values[i] !== '$default',
    );
  // HTTP and WebSocket APIs print routes and have ids of the other form; a UUID there is an integration's.
  const isRouted = (isSocket || kinds.includes('route')) && kinds.includes('gateway-id');
  const hasUuid = !isRouted && (kinds.includes('uuid') || used.has('requestId'));
  const give = (...candidates: readonly string[]): string | undefined => {
    const free = candidates.find((name) => !used.has(name));
    if (free !== undefined) used.add(free);
    return free;
  };
  let sawStatus = taken.has('status');
  const paths = pathsOf(values, kinds);
  let isFirstPath = true;
  // Common Log Format: address, caller, user, time
  const isClf = kinds[0] === 'ip' && kinds[3] === 'clf-time';
  return kinds.map((kind, i) => {
    if (isClf && i === 1 && kind !== 'missing') return give('identity.caller');
    if (isClf && i === 2 && kind !== 'missing') return give('identity.user');
    switch (kind) {
      case 'uuid':
        return isRouted ? give('integration.requestId') : give('requestId', 'integration.requestId');
      case 'gateway-id':
        if (hasUuid) return give('extendedRequestId', 'connectionId');
        if (isSocket)
          return follows(kinds, i) && kinds.some((other, at) => other === 'gateway-id' && at !== i)
            ? give('connectionId')
            : give('requestId', 'connectionId');
        return give('requestId', 'extendedRequestId');
      case 'event-type':
        return isSocket || values[i] !== 'CONNECT' ? give('eventType') : give('httpMethod');
      case 'method':
        return give('httpMethod');
      case 'path': {
        const isPath = isConcrete(values[i] ?? '', isFirstPath, paths);
        isFirstPath = false;
        return isPath ? give('path') : give('resourcePath', 'path');
      }
      case 'three-digits':
        if (isUnit(values[i + 1])) return give(...unitsOf(values[i + 1]));
        if (!sawStatus) {
          sawStatus = true;
          return give('status');
        }
        return give(...NUMBERS);
      case 'integer':
        if (isUnit(values[i + 1])) return give(...unitsOf(values[i + 1]));
        return sawStatus ? give(...NUMBERS) : undefined;
      case 'missing':
      case 'request-line':
      case 'unknown':
        return undefined;
      default: {
        const name = PLAIN[kind];
        return name === undefined ? undefined : give(name);
      }
    }
  });
}

/** A word behind a number that says what it counts. */
function isUnit(word: string | undefined): boolean {
  return word !== undefined && UNIT.test(word);
}

function unitsOf(word: string | undefined): readonly string[] {
  return word?.toLowerCase().startsWith('m') === true
    ? ['responseLatency', 'integrationLatency']
    : ['responseLength'];
}

const UNIT = /^(?:ms|millis|milliseconds|b|bytes)\W?$/i;

/** `"CONNECT $connect <connection id>"`: an id right behind the route key is the connection's. */
function follows(kinds: readonly ValueKind[], i: number): boolean {
  return kinds[i - 1] === 'route';
}

/**
 * Whether a second value claims to be the caller's address, or the request id that stands behind a free text: one of the
 * two is forged. Of numbers of three digits only one behind a free text is judged that has the method or the time behind it,
 * and then another: lengths and latencies stand behind the status.
 */
export function hasRivalTokens(values: readonly (string | undefined)[]): boolean {
  let ip: string | undefined;
  let lateId: string | undefined;
  let sawId = false;
  let sawText = false;
  let early: 'none' | 'number' | 'call behind it' = 'none';
  for (const value of values) {
    const kind = kindOfValue(value);
    if (kind === 'three-digits' && early === 'call behind it') return true;
    if (kind === 'three-digits' && sawText) early = 'number';
    else if (early === 'number' && (kind === 'method' || kind === 'route' || kind === 'clf-time'))
      early = 'call behind it';
    if (FREE_TEXTS.has(kind)) sawText = true;
    else if (kind === 'ip') {
      if (ip !== undefined && ip !== value) return true;
      ip ??= value;
    } else if (kind === 'uuid') {
      if (lateId !== undefined && lateId !== value) return true;
      if (sawText && !sawId) lateId = value;
      sawId = true;
    }
  }
  return false;
}

const FREE_TEXTS: ReadonlySet<ValueKind> = new Set(['user-agent', 'unknown', 'path', 'gateway-message']);

/** The path-like values of a line, collected once: a hostile line may have hundreds. */
interface Paths {
  readonly hasTemplate: boolean;
  readonly count: number;
  readonly isOne: boolean;
  readonly values: readonly string[];
}

function pathsOf(values: readonly (string | undefined)[], kinds: readonly ValueKind[]): Paths {
  const paths = values.filter((_value, i) => kinds[i] === 'path').map((value) => value ?? '');
  const distinct = [...new Set(paths)];
  return {
    hasTemplate: kinds.includes('template'),
    count: paths.length,
    isOne: distinct.length === 1,
    values: distinct.slice(0, MAX_COMPARED),
  };
}

/** More paths than any format prints; of further ones the shape alone decides. */
const MAX_COMPARED = 8;

/**
 * A concrete path or a template without variables look alike. Documented formats print the template, so that is the
 * assumption, unless an id stands in the path or a second path ends like it (`/prod/pets` beside `/pets`).
 */
function isConcrete(own: string, isFirst: boolean, paths: Paths): boolean {
  if (paths.hasTemplate) return true;
  if (paths.values.some((other) => own.length > other.length && own.endsWith(other))) return true;
  if (paths.count > 1 && paths.isOne) return isFirst;
  return isConcretePath(own);
}

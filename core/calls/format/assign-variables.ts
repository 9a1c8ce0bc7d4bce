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
  const isSocket = kinds.some(
    (kind, i) => kind === 'route' && values[i]?.startsWith('$') === true && values[i] !== '$default',
  );
  const hasUuid = kinds.includes('uuid') || used.has('requestId');
  const give = (...candidates: readonly string[]): string | undefined => {
    const free = candidates.find((name) => !used.has(name));
    if (free !== undefined) used.add(free);
    return free;
  };
  let sawStatus = taken.has('status');
  // Common Log Format: address, caller, user, time
  const isClf = kinds[0] === 'ip' && kinds[3] === 'clf-time';
  return kinds.map((kind, i) => {
    if (isClf && i === 1 && kind !== 'missing') return give('identity.caller');
    if (isClf && i === 2 && kind !== 'missing') return give('identity.user');
    switch (kind) {
      case 'uuid':
        return give('requestId', 'integration.requestId');
      case 'gateway-id':
        if (hasUuid) return give('extendedRequestId', 'connectionId');
        if (isSocket)
          return kinds.slice(i + 1).includes('gateway-id') && follows(kinds, i)
            ? give('connectionId')
            : give('requestId', 'connectionId');
        return give('requestId', 'extendedRequestId');
      case 'event-type':
        return isSocket || values[i] !== 'CONNECT' ? give('eventType') : give('httpMethod');
      case 'method':
        return give('httpMethod');
      case 'path':
        return pathOrTemplate(values, kinds, i) === 'path' ? give('path') : give('resourcePath', 'path');
      case 'three-digits':
        if (!sawStatus) {
          sawStatus = true;
          return give('status');
        }
        return give(...NUMBERS);
      case 'integer':
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

/** `"CONNECT $connect <connection id>"`: an id right behind the route key is the connection's. */
function follows(kinds: readonly ValueKind[], i: number): boolean {
  return kinds[i - 1] === 'route';
}

/**
 * A concrete path or a template without variables look alike. Documented formats print the template, so that is the
 * assumption, unless an id stands in the path or a second path ends like it (`/prod/pets` beside `/pets`).
 */
function pathOrTemplate(
  values: readonly (string | undefined)[],
  kinds: readonly ValueKind[],
  i: number,
): 'path' | 'template' {
  const own = values[i] ?? '';
  if (kinds.includes('template')) return 'path';
  const others = values.filter((value, j) => j !== i && kinds[j] === 'path' && value !== undefined);
  if (others.some((other) => own.length > (other ?? '').length && own.endsWith(other ?? '/'))) return 'path';
  if (others.length > 0 && others.every((other) => other === own))
    return values.indexOf(own) === i ? 'path' : 'template';
  return /\/(?:\d+|[\da-f]{8}-[\da-f-]{27}|[\da-f]{24,})(?:\/|$)/i.test(own) ? 'path' : 'template';
}

import type { ApiCall } from '../../../core/calls/api-call.js';

/** A small deterministic generator (mulberry32): the same seed gives the same calls. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const AGENTS = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'okhttp/4.12.0',
  'python-requests/2.32.3',
  'aws-sdk-js/3.900.0',
];
const ROUTES = [
  '/orders',
  '/orders/{orderId}',
  '/customers/{customerId}',
  '/customers/{customerId}/orders',
  '/products',
  '/products/{sku}',
  '/cart',
  '/cart/items/{itemId}',
  '/login',
  '/health',
];

export interface SampleOptions {
  readonly seed: number;
  readonly callers: number;
  /** `lean`: the recommended format's fields; `full`: every field that an access log can have. */
  readonly format: 'lean' | 'full';
  readonly startMs?: number;
  readonly callsPerSecond?: number;
}

/** Traffic of one REST stage with ids as random as AWS makes them, so that sizes are honest. */
export function sampleCalls(count: number, options: SampleOptions): ApiCall[] {
  const random = seeded(options.seed);
  const pick = <T>(values: readonly [T, ...T[]] | readonly T[]): T =>
    values[Math.floor(random() * values.length)] as T;
  const hex = (length: number) =>
    Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
  const uuid = () => `${hex(8)}-${hex(4)}-4${hex(3)}-${pick(['8', '9', 'a', 'b'])}${hex(3)}-${hex(12)}`;
  const extendedId = () =>
    `${Array.from({ length: 14 }, () => BASE64[Math.floor(random() * 64)]).join('')}${pick(['A', 'E', 'I', 'M', 'Q', 'U', 'Y', 'c', 'g', 'k', 'o', 's', 'w', '0', '4', '8'])}=`;
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const callers = Array.from({ length: options.callers }, () => ({
    ip: `${203 + Math.floor(random() * 3)}.${Math.floor(random() * 256)}.${Math.floor(random() * 256)}.${Math.floor(random() * 256)}`,
    agent: pick(AGENTS),
    subject: random() < 0.5 ? uuid() : undefined,
  }));
  const full = options.format === 'full';
  let timeMs = options.startMs ?? 1_790_000_000_000;
  return Array.from({ length: count }, () => {
    timeMs += Math.floor(-Math.log(1 - random()) * (1000 / (options.callsPerSecond ?? 20)));
    const caller = pick(callers);
    const route = pick(ROUTES);
    const path = route.replace(/\{(\w+)\}/g, (_, name: string) =>
      name === 'orderId' ? uuid() : String(Math.floor(random() * 100_000)),
    );
    const status = random() < 0.93 ? 200 : pick([201, 400, 401, 403, 404, 500]);
    const integrationLatencyMs = Math.max(1, Math.round(Math.exp(3.4 + 0.6 * normal())));
    const extendedRequestId = extendedId();
    return {
      id: extendedRequestId,
      timeMs,
      requestId: uuid(),
      extendedRequestId,
      accountId: '123456789012',
      region: 'eu-central-1',
      apiId: 'a1b2c3d4e5',
      apiType: 'rest',
      stage: 'prod',
      host: full ? 'api.example.com' : undefined,
      method: route === '/login' ? 'POST' : 'GET',
      path,
      query: undefined,
      route,
      routeSource: 'line',
      protocol: full ? 'HTTP/1.1' : undefined,
      status,
      sourceIp: caller.ip,
      userAgent: caller.agent,
      principal: caller.subject ?? caller.ip,
      principalKind: caller.subject === undefined ? 'ip' : 'subject',
      apiKeyId: full && random() < 0.3 ? pick(['k7x2m9q4w1', 'p3n8b5v0c6']) : undefined,
      latencyMs: integrationLatencyMs + Math.round(3 + 4 * random()),
      integrationLatencyMs: full ? integrationLatencyMs : undefined,
      integrationStatus: full ? status : undefined,
      authorizerLatencyMs: full ? Math.round(5 + 60 * random()) : undefined,
      responseBytes: Math.round(200 + 3000 * random() ** 3),
      errorType: undefined,
      errorMessage: full && status === 403 ? 'Forbidden' : undefined,
      authorizerError: undefined,
      wafResult: full ? (random() < 0.99 ? 'WAF_ALLOW' : 'WAF_BLOCK') : undefined,
      tlsVersion: full ? 'TLSv1.3' : undefined,
      tlsCipher: full ? pick(['TLS_AES_128_GCM_SHA256', 'ECDHE-RSA-AES128-GCM-SHA256']) : undefined,
      eventType: undefined,
      connectionId: undefined,
      request: undefined,
      response: undefined,
      feed: 'API-Gateway-Execution-Logs_a1b2c3d4e5/prod',
      format: 'rest-lean',
      trust: 'gateway',
      recovered: false,
      // Values that the allow list keeps: one more random id and the trace id, as full formats have them.
      extra: full
        ? {
            xrayTraceId: `Root=1-${hex(8)}-${hex(24)}`,
            'integration.requestId': uuid(),
            'authorizer.latency': null,
          }
        : undefined,
    } satisfies ApiCall;
  });
}

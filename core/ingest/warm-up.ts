import { PendingWindows } from '../alerts/pending-windows.js';
import type { Bundle } from '../bundle.js';
import type { Compression } from '../ports/compression.js';
import type { Digest } from '../ports/digest.js';
import { needsRegex } from '../sigma/compile-rules.js';
import { encodeSegments } from '../trail/segment.js';
import { compileBundle } from './compiled-bundle.js';

export interface WarmUpInput {
  readonly bundle: Bundle;
  readonly compression: Compression;
  readonly digest: Digest;
}

/**
 * Takes a few made-up calls through the steps of ingest that need no store, and forgets them; answers how many it took. V8 compiles a
 * function when it is first called: while a container starts there is a whole processor for it and nobody waits, in the
 * first invocation there is a share of one and a batch waits. Costs milliseconds, and no memory that stays.
 */
export async function warmUp({ bundle, compression, digest }: WarmUpInput): Promise<number> {
  const { decoder, attributor, detector, sampler } = await compileBundle(
    {
      ...bundle,
      // Without patterns: the engine for them is large, and loaded only where a bundle needs it.
      rules: bundle.rules.filter((rule) => rule.kind === 'event' && rule.alerts && !needsRegex([rule])),
      feeds: [FEED],
    },
    {
      compression,
      digest,
      loadRegex: () => Promise.reject(new Error('no rule of the warm-up has a pattern')),
      samplingKey: async () => 'warm-up',
    },
  );
  let taken = 0;
  for (const batch of decoder.decodeBytes(compression.gzip(compression.encodeUtf8(PAYLOAD)))) {
    const calls = batch.calls.map((call) => attributor.attribute(call));
    const pending = new PendingWindows(digest, sampler);
    for (const call of calls) detector.detect(call, pending);
    const options = { digest: batch.digest, nowMs: TIME_MS, hotDays: 14, shards: () => 1 };
    for (const { head } of encodeSegments(calls, options, compression)) taken += head.calls;
  }
  return taken;
}

const VARIABLES = [
  ...['requestId', 'extendedRequestId', 'requestTimeEpoch', 'apiId', 'stage', 'domainName', 'httpMethod'],
  ...['path', 'protocol', 'status', 'responseLength', 'responseLatency', 'integrationLatency'],
  ...[
    'identity.sourceIp',
    'identity.userAgent',
    'authorizer.claims.sub',
    'error.message',
    'error.responseType',
  ],
] as const;

const FEED: Bundle['feeds'][number] = {
  feed: 'warm-up',
  trust: 'client',
  format: `{${VARIABLES.map((name) => `"${name}":"$context.${name}"`).join(',')}}`,
  accountId: undefined,
  region: undefined,
  apiId: undefined,
  stage: undefined,
  apiType: 'rest',
};

const TIME_MS = 1_767_571_200_000;

const CALLS: readonly Readonly<Partial<Record<(typeof VARIABLES)[number], string>>>[] = [
  { httpMethod: 'GET', path: '/pets/17', status: '200', 'identity.sourceIp': '192.0.2.7' },
  {
    httpMethod: 'POST',
    path: '/pets',
    status: '403',
    'identity.sourceIp': '2001:db8::7',
    'error.message': 'x: y',
  },
  { httpMethod: 'GET', path: '/pets/18/toys', status: '404', 'identity.sourceIp': '192.0.2.8' },
];

/** As CloudWatch Logs sends it. */
const PAYLOAD = JSON.stringify({
  messageType: 'DATA_MESSAGE',
  owner: '123456789012',
  logGroup: FEED.feed,
  logStream: 'warm-up',
  subscriptionFilters: ['warm-up'],
  logEvents: CALLS.map((call, at) => ({ id: String(at), timestamp: TIME_MS, message: lineOf(call, at) })),
});

function lineOf(call: (typeof CALLS)[number], at: number): string {
  const filled: (typeof CALLS)[number] = {
    requestId: `c12d1542-b79e-4e79-a158-fdf36452a81${at}`,
    extendedRequestId: `JDXrGi1wDoEFVA${at}=`,
    requestTimeEpoch: String(TIME_MS + at),
    apiId: 'a1b2c3d4e5',
    stage: 'prod',
    domainName: 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com',
    protocol: 'HTTP/1.1',
    responseLength: '2',
    'identity.userAgent': `Mozilla/5.0 (X11; Linux x86_64; rv:${at}.0) Gecko/20100101 Firefox/115.0`,
    ...call,
  };
  return JSON.stringify(Object.fromEntries(VARIABLES.map((name) => [name, filled[name] ?? '-'])));
}

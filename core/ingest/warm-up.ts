import { PendingWindows } from '../alerts/pending-windows.js';
import { toVersionedBundle } from '../bundle-version.js';
import { Fault } from '../fault.js';
import { encodeSegments } from '../trail/segment.js';
import { type BundleCompiler, compileBundle } from './compiled-bundle.js';

/** More make what follows no faster, only this longer. */
const LINES = 10;
const FEED = 'warm-up';
const START_MS = 1_767_571_200_000;

/** By variable, so that format and lines agree. */
const VALUES: Readonly<Record<string, (line: number) => string>> = {
  extendedRequestId: (line) => `AbCdEfGhIjK${line}Lm=`,
  requestTimeEpoch: (line) => String(START_MS + line),
  status: (line) => (line % 5 === 0 ? '404' : '200'),
  httpMethod: () => 'GET',
  resourcePath: () => '/things/{id}',
  path: (line) => `/prod/things/${line}`,
  'identity.sourceIp': (line) => `192.0.2.${line}`,
  'identity.userAgent': () => 'curl/8.5.0',
  responseLatency: (line) => String(10 + line),
  responseLength: () => '512',
};

/**
 * Decodes, attributes and encodes a few made-up calls and forgets them. Code that has never run is slow: the first payload of a
 * container waits for it to be compiled, on what share of a processor the function's memory buys. While a function starts it
 * has a whole one. Writes nothing, and answers how many calls it read; throws only where ingest itself is broken.
 */
export async function warmUp({
  compression,
  digest,
}: Pick<BundleCompiler, 'compression' | 'digest'>): Promise<number> {
  const compiled = await compileBundle(bundle(digest), {
    compression,
    digest,
    loadRegex: () => Promise.reject(new Fault('bundle.invalid', { what: 'warm-up asks for patterns' })),
    samplingKey: async () => FEED,
  });
  const bytes = compression.gzip(compression.encodeUtf8(JSON.stringify(payload())));
  const pending = new PendingWindows(digest, compiled.sampler);
  let read = 0;
  for (const batch of compiled.decoder.decodeBytes(bytes)) {
    const calls = batch.calls.map((call) => compiled.attributor.attribute(call));
    read += calls.length;
    for (const call of calls) compiled.detector.detect(call, pending);
    encodeSegments(
      calls,
      { digest: batch.digest, nowMs: START_MS, hotDays: 1, shards: () => 1 },
      compression,
    );
  }
  return read;
}

function bundle(digest: BundleCompiler['digest']) {
  const format = JSON.stringify(
    Object.fromEntries(Object.keys(VALUES).map((name) => [name, `$context.${name}`])),
  );
  const ids = { accountId: '123456789012', region: undefined, apiId: 'a1b2c3d4e5', stage: 'prod' };
  return toVersionedBundle(
    {
      formatVersion: 1,
      rules: [],
      feeds: [{ feed: FEED, trust: 'gateway', apiType: 'rest', format, ...ids }],
      routes: {},
      templates: {},
      shards: {},
      settings: { hotDays: 1, proxies: [], keepExtra: [], redact: [] },
    },
    digest,
  );
}

function payload() {
  return {
    messageType: 'DATA_MESSAGE',
    owner: '123456789012',
    logGroup: FEED,
    logStream: FEED,
    subscriptionFilters: [FEED],
    logEvents: Array.from({ length: LINES }, (_, line) => ({
      id: `3856${String(line).padStart(52, '0')}`,
      timestamp: START_MS + line,
      message: JSON.stringify(
        Object.fromEntries(Object.entries(VALUES).map(([name, valueAt]) => [name, valueAt(line)])),
      ),
    })),
  };
}

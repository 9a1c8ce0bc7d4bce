import { nodeCompression } from '../../../../../adapters/node/node-compression.js';
import { nodeDigest } from '../../../../../adapters/node/node-digest.js';
import { re2Engine } from '../../../../../adapters/regex/re2-engine.js';
import type { BundleSettings, FeedConfig } from '../../../../../core/bundle.js';
import {
  createPayloadDecoder,
  type PayloadDecoder,
} from '../../../../../core/calls/feeds/payload-decoder.js';

/** A decoder over the real adapters, with the settings that a test is about. */
export function testDecoder(
  feeds: readonly FeedConfig[] = [],
  settings: Partial<BundleSettings> = {},
): PayloadDecoder {
  return createPayloadDecoder({
    bundle: { feeds, settings: { hotDays: 7, proxies: [], keepExtra: [], redact: [], ...settings } },
    compression: nodeCompression,
    digest: nodeDigest,
    regexEngine: re2Engine,
  });
}

export function feedConfig(feed: string, facts: Partial<FeedConfig> = {}): FeedConfig {
  const unknown = {
    accountId: undefined,
    region: undefined,
    apiId: undefined,
    stage: undefined,
    apiType: undefined,
  };
  return { feed, trust: 'gateway', format: undefined, ...unknown, ...facts };
}

/** A subscription payload of messages, with event ids and times that count up. */
export function payloadOf(logGroup: string, messages: readonly string[], startMs = 1_700_000_000_000) {
  return {
    messageType: 'DATA_MESSAGE',
    owner: '123456789012',
    logGroup,
    logStream: '0123456789abcdef0123456789abcdef',
    subscriptionFilters: ['f'],
    logEvents: messages.map((message, at) => ({
      id: `event-${startMs}-${at}`,
      timestamp: startMs + at,
      message,
    })),
  };
}

export function lineSource(feed = 'access.log') {
  return { feed, identity: 'file-1', firstLine: 1, timeMs: 1_700_000_000_000, trust: 'file' } as const;
}

import type { FeedConfig } from '../../bundle.js';
import { Fault } from '../../fault.js';
import type { Trust } from '../api-call.js';
import type { FeedContext } from '../feed-context.js';
import { compileFormat } from '../format/compile-format.js';
import { inferDecoder } from '../format/infer-decoder.js';
import type { LineDecoder } from '../format/line-format.js';
import { type RecordShape, recordShape } from '../format/record-lines.js';
import { parseExecutionGroup } from './execution-line.js';

/** A feed ready to be read: what is known of it, and the decoder of its lines. */
export interface Feed {
  readonly context: FeedContext;
  readonly decoder: LineDecoder;
  /** The decoder reads one configured format: the content of a line must not decide what it is. */
  readonly hasFormat: boolean;
  /** Of a configured format written over several lines: where its records begin. */
  readonly recordShape: RecordShape | undefined;
}

/**
 * The configuration of every feed that none other names: what the user says of the input at hand. It raises no trust,
 * and its format is not that of execution logs, which have their own.
 */
export const ANY_FEED = '*';

/** Behind a prefix, in the name of a configured feed: every name that begins so. No log group's name may hold it. */
export const EVERY_NAME = '*';

/** Log groups of functions: their code writes there, so that no prefix makes them the gateway's. */
export const FUNCTION_GROUPS = '/aws/lambda/';

/** Finds the feed of a log group or a file: by its exact name, else by the longest prefix; unknown ones are inferred line by line. */
export interface FeedRegistry {
  feed(name: string, defaults: FeedDefaults): Feed;
}

/** What the source of a payload says of a feed that the configuration is silent about. */
export interface FeedDefaults {
  readonly trust: Trust;
  readonly accountId?: string | undefined;
  readonly region?: string | undefined;
  readonly apiId?: string | undefined;
  readonly stage?: string | undefined;
  readonly apiType?: FeedContext['apiType'];
}

// A hostile or misrouted stream could name any number of groups; what is known of each is cheap to make again.
const REMEMBERED_FEEDS = 1_000;

/** The feed as a file tells of it: the gateway's word is only what the gateway sent. */
export function asImported(feed: Feed): Feed {
  return feed.context.trust !== 'client' && feed.context.trust !== 'file'
    ? { ...feed, context: { ...feed.context, trust: 'file' } }
    : feed;
}

/**
 * Compiles the format of each configured feed on first use. Throws `Fault('bundle.invalid')` from `feed` when a
 * configured format string cannot be compiled.
 */
export function createFeedRegistry(configs: readonly FeedConfig[]): FeedRegistry {
  const byName = new Map(configs.map((config) => [config.feed, config]));
  const decoders = new Map<string, LineDecoder>();
  const feeds = new Map<string, Feed>();
  const inferring = inferDecoder();
  const byPrefix = configs
    .filter(({ feed }) => feed !== ANY_FEED && feed.endsWith(EVERY_NAME))
    .map((config) => ({ config, prefix: config.feed.slice(0, -EVERY_NAME.length) }))
    .sort((a, b) => b.prefix.length - a.prefix.length);

  function configOf(name: string, trust: Trust): FeedConfig | undefined {
    const named = byName.get(name);
    if (named !== undefined) return named;
    const matching = byPrefix.find(({ prefix }) => name.startsWith(prefix))?.config;
    if (matching !== undefined && parseExecutionGroup(name) === undefined) {
      return { ...matching, feed: name, trust: name.startsWith(FUNCTION_GROUPS) ? trust : matching.trust };
    }
    const any = byName.get(ANY_FEED);
    if (any === undefined) return undefined;
    const format = parseExecutionGroup(name) === undefined ? any.format : undefined;
    return { ...any, feed: name, trust, format };
  }

  function decoderOf(config: FeedConfig | undefined): LineDecoder {
    if (config?.format === undefined) return inferring;
    let decoder = decoders.get(config.format);
    if (decoder === undefined) {
      const compiled = compileFormat(config.format);
      if (compiled.kind === 'invalid') {
        const problem = compiled.problems[0]?.message ?? 'unknown';
        throw new Fault('bundle.invalid', { what: 'log format', feed: config.feed, problem });
      }
      decoder = compiled.decoder;
      decoders.set(config.format, decoder);
    }
    return decoder;
  }

  return {
    feed(name, defaults) {
      const { trust, accountId, region, apiId, stage, apiType } = defaults;
      const key = JSON.stringify([name, trust, accountId, region, apiId, stage, apiType]);
      const known = feeds.get(key);
      if (known !== undefined) return known;
      const config = configOf(name, defaults.trust);
      const feed: Feed = {
        context: {
          feed: name,
          trust: config?.trust ?? defaults.trust,
          accountId: config?.accountId ?? defaults.accountId,
          region: config?.region ?? defaults.region,
          apiId: config?.apiId ?? defaults.apiId,
          stage: config?.stage ?? defaults.stage,
          apiType: config?.apiType ?? defaults.apiType,
          ...(config?.endpointType !== undefined && { endpointType: config.endpointType }),
        },
        decoder: decoderOf(config),
        hasFormat: config?.format !== undefined,
        recordShape: config?.format === undefined ? undefined : recordShape(config.format),
      };
      if (feeds.size >= REMEMBERED_FEEDS) feeds.clear();
      feeds.set(key, feed);
      return feed;
    },
  };
}

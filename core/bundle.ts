import type { ApiType, Trust } from './calls/api-call.js';
import type { DeployedRoutes } from './inventory/deployed-routes.js';
import type { LearnedTemplates } from './inventory/learned-templates.js';
import type { RuleSource } from './sigma/rule-source.js';

/** What is known of one feed: which log group it is, whose calls it holds, and in which format. */
export interface FeedConfig {
  /**
   * Log group name or file feed name this applies to, exactly; `<prefix>*` for all that begin so, the longest prefix first;
   * `*` for all that no other entry names.
   */
  readonly feed: string;
  readonly trust: Trust;
  /** `accessLogSettings.format`; absent means the format is inferred line by line. */
  readonly format: string | undefined;
  readonly accountId: string | undefined;
  readonly region: string | undefined;
  readonly apiId: string | undefined;
  readonly stage: string | undefined;
  readonly apiType: ApiType | undefined;
}

/** How many shards the segments of one stage are spread over; raised only for coming hours. */
export type ShardCount = 1 | 8 | 32;

export interface BundleSettings {
  /** Days a segment stays in the table before it expires (≥ 7). */
  readonly hotDays: number;
  /** CIDRs whose addresses belong to a CDN or proxy: such callers get principal kind `proxy`. */
  readonly proxies: readonly string[];
  /** `$context` variables whose values are kept under `extra`; all others keep only their name. */
  readonly keepExtra: readonly string[];
  /** The user's own redaction patterns (RE2), added to the built-in ones. */
  readonly redact: readonly string[];
}

/**
 * The compiled, validated set of rules, feeds, routes and settings that ingest reads: plain JSON, no functions, so
 * that it can be stored, hashed and compared. `version` is the content hash of everything else.
 */
export interface Bundle {
  readonly formatVersion: 1;
  readonly version: string;
  readonly rules: readonly RuleSource[];
  /** The rules are a copy of those the publishing version shipped: a version that ships others uses its own. */
  readonly shippedRules?: true;
  readonly feeds: readonly FeedConfig[];
  /** Deployed routes by `<apiId>/<stage>`. */
  readonly routes: Readonly<Record<string, DeployedRoutes>>;
  /** Templates that the hourly fold learned from distinctness over time, by `<apiId>`. */
  readonly templates: Readonly<Record<string, LearnedTemplates>>;
  /** Shard counts by `<apiId>/<stage>`; absent means 1. */
  readonly shards: Readonly<Record<string, ShardCount>>;
  readonly settings: BundleSettings;
}

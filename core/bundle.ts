import type { ApiType, EndpointType, Trust } from './calls/api-call.js';
import type { Parameter } from './configuration/parameter.js';
import type { DeployedRoutes } from './inventory/deployed-routes.js';
import type { LearnedTemplates } from './inventory/learned-templates.js';
import type { Budgets } from './settings/settings.js';
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
  /** Of execution logs: whether the last hop of `X-Forwarded-For` is CloudFront's. Without it, headers that say so make it a proxy's. */
  readonly endpointType?: EndpointType | undefined;
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
  /** Alerts a day that are bearable; absent in bundles from before there were budgets. */
  readonly budgets?: Budgets;
}

/** In which state a rule is: validated only; recorded and never announced; announced. */
export type RuleState = 'draft' | 'shadow' | 'active';

export type RuleOrigin =
  | { readonly kind: 'pack'; readonly pack: string; readonly version: string }
  | { readonly kind: 'parameter'; readonly name: string };

/** A rule that raises alerts by itself: where it comes from and how far it has come. */
export interface ConfiguredRule {
  readonly id: string;
  /** Of the rule as written, before thresholds and allow lists: what its life cycle goes by. */
  readonly contentHash: string;
  readonly state: RuleState;
  readonly origin: RuleOrigin;
  /** Why it was taken back to shadow without anybody's doing. */
  readonly demoted?: string;
}

/** What the bundle was compiled from, for people and for the next compilation. Ingest does not read it. */
export interface BundleConfiguration {
  readonly packs: readonly { readonly name: string; readonly version: string; readonly isOn: boolean }[];
  readonly configured: readonly ConfiguredRule[];
  /** Validated and not run: rules in state draft, and what only they refer to. */
  readonly drafts: readonly RuleSource[];
  /** The last good text of every parameter, in order of name: what stays in force when the next one is broken. */
  readonly accepted: readonly Parameter[];
}

/**
 * The compiled, validated set of rules, feeds, routes and settings that ingest reads: plain JSON, no functions, so
 * that it can be stored, hashed and compared. `version` is the content hash of everything else.
 */
export interface Bundle {
  readonly formatVersion: 1;
  readonly version: string;
  /** Those that are run. */
  readonly rules: readonly RuleSource[];
  /** The rules are a copy of those the publishing version shipped: a version that ships others uses its own. */
  readonly shippedRules?: true;
  /** Ids of rules whose alerts are recorded and never announced. */
  readonly shadow?: readonly string[];
  /** Absent until the configuration is compiled for the first time. */
  readonly configuration?: BundleConfiguration;
  readonly feeds: readonly FeedConfig[];
  /** Deployed routes by `<apiId>/<stage>`. */
  readonly routes: Readonly<Record<string, DeployedRoutes>>;
  /** Templates that the hourly fold learned from distinctness over time, by `<apiId>`. */
  readonly templates: Readonly<Record<string, LearnedTemplates>>;
  /** Shard counts by `<apiId>/<stage>`; absent means 1. */
  readonly shards: Readonly<Record<string, ShardCount>>;
  readonly settings: BundleSettings;
}

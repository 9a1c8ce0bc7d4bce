import type { BundleSettings } from '../bundle.js';

/** Fields of a call that an allow list can speak of. */
export interface AllowEntry {
  /** Why these callers are trusted; shown wherever the list is. */
  readonly reason: string;
  readonly addresses?: readonly string[] | undefined;
  /** Whole values, or patterns with `*` and `?` as in Sigma; so for all that follow. */
  readonly principals?: readonly string[] | undefined;
  readonly userAgents?: readonly string[] | undefined;
  readonly apis?: readonly string[] | undefined;
  /** Ids or names of the rules it holds for; absent: all. */
  readonly rules?: readonly string[] | undefined;
}

export interface ThresholdOverride {
  readonly threshold?: number | undefined;
  /** As in Sigma: `30s`, `10m`, `6h`, `1d`. */
  readonly timespan?: string | undefined;
  /** One value in so many is counted. */
  readonly sample?: number | undefined;
}

/** How many alerts a day are bearable. */
export interface Budgets {
  /** For each rule that has no budget of its own. */
  readonly alertsPerDay: number;
  readonly rules: Readonly<Record<string, number>>;
}

/** Every setting there is, as it is in force. */
export interface Settings {
  readonly packs: Readonly<Record<string, 'on' | 'off'>>;
  readonly thresholds: Readonly<Record<string, ThresholdOverride>>;
  readonly allow: readonly AllowEntry[];
  /** What `expand` puts in the place of `%name%`. */
  readonly placeholders: Readonly<Record<string, readonly (string | number)[]>>;
  readonly retention: { readonly hotDays: number };
  readonly proxies: readonly string[];
  readonly keepExtra: readonly string[];
  readonly redact: readonly string[];
  readonly budgets: Budgets;
}

export type SettingName = keyof Settings;

/**
 * What holds where nothing is set. Hot days: searches of two weeks need no archive. Five alerts a day and rule are what
 * one person can look at beside other work.
 */
export const DEFAULT_SETTINGS: Settings = {
  packs: {},
  thresholds: {},
  allow: [],
  placeholders: {},
  retention: { hotDays: 14 },
  proxies: [],
  keepExtra: [],
  redact: [],
  budgets: { alertsPerDay: 5, rules: {} },
};

/** The part that ingest itself reads; packs, thresholds, allow lists and placeholders are in the compiled rules. */
export function toBundleSettings(settings: Settings): BundleSettings {
  const { retention, proxies, keepExtra, redact, budgets } = settings;
  return { hotDays: retention.hotDays, proxies, keepExtra, redact, budgets };
}

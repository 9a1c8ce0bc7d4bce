import type { Level } from '../sigma/rule-source.js';

/**
 * `retracted`: later events have shown that it does not hold. `shadow`: raised by a rule in shadow, recorded and never
 * announced.
 */
export const ALERT_STATUSES = ['open', 'acknowledged', 'closed', 'retracted', 'shadow'] as const;
export type AlertStatus = (typeof ALERT_STATUSES)[number];

/** What people may make of an alert. */
export type DecidedStatus = 'open' | 'acknowledged' | 'closed';

/** What somebody decided of an alert, and when. */
export interface AlertDecision {
  readonly status: DecidedStatus;
  readonly by: string;
  readonly atMs: number;
  readonly reason: string | undefined;
}

/** What came of a decision: `same` where it had been decided before; that first decision stands. */
export type DecisionOutcome =
  | { readonly kind: 'decided' | 'same'; readonly alert: Alert }
  | { readonly kind: 'refused'; readonly alert: Alert; readonly reason: string };

/**
 * What a person should look at. Everything but `status` and `decision` is derived from window state and written with SET, so
 * that any number of deliveries leaves the same item; these two belong to people.
 */
export interface Alert {
  /** hash(rule content hash, group, slot): 16 bytes, hexadecimal. */
  readonly id: string;
  readonly ruleId: string;
  readonly ruleHash: string;
  readonly title: string;
  readonly level: Level;
  readonly tags: readonly string[];
  readonly group: Readonly<Record<string, string>>;
  readonly slotStartMs: number;
  readonly slotEndMs: number;
  /**
   * First and last event of the slot that is known to belong to the group. Of a `saturated` one not every event is kept: there
   * may have been earlier and later ones, and which are known depends on the order of arrival.
   */
  readonly firstMs: number;
  readonly lastMs: number;
  /** Events, or distinct values, counted in the slot's fullest window; a lower bound when `saturated`. */
  readonly count: number;
  readonly saturated: boolean;
  /** Counted by sampling: `count` and `threshold` are scaled back, and estimates. */
  readonly estimated: boolean;
  readonly threshold: number;
  readonly timespanMs: number;
  readonly apiId: string | undefined;
  readonly stage: string | undefined;
  /** One sentence for a person: what was counted, for whom, within which time, against which threshold. */
  readonly why: string;
  /** How much of the window the evaluation had seen; grows with every member, so that an older view never overwrites a newer one. */
  readonly progress: number;
  /** How often `count` has doubled past the threshold (0 at the crossing): only a higher one is announced again. */
  readonly magnitude: number;
  readonly status: AlertStatus;
  /** The last one; `undefined` while nobody has decided. */
  readonly decision?: AlertDecision | undefined;
}

export interface AlertQuery {
  /** `undefined`: all that anybody was to be told of, so not `shadow`. */
  readonly status: AlertStatus | undefined;
  /** Bounds on `slotStartMs`, both inclusive: the one time of an alert that never changes. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly limit: number;
  /** Told of each item that cannot be read, and the others follow; without it the first one ends the listing. */
  readonly onCorrupt?: (corrupt: CorruptItem) => void;
}

/** An item that cannot be read, by its partition key, and what is wrong with it. */
export interface CorruptItem {
  readonly key: string;
  readonly error: unknown;
}

/**
 * A parameter of the configuration that is not in force as it is written, or a rule that was demoted for its many alerts. Open
 * until it is mended or deleted, or somebody decides about the rule.
 */
export interface ConfigurationFinding {
  readonly id: string;
  /** The parameter, such as `rules/login-burst`; of a shipped rule its pack and id. */
  readonly parameter: string;
  /** Its problems, each with line, column, what was seen and what would be right; the first few of them. */
  readonly problems: readonly string[];
  /** What is in force instead. */
  readonly inForce: 'last-good' | 'nothing' | 'shadow';
  readonly firstMs: number;
  readonly status: 'open' | 'closed';
}

/** Part of the outbox. */
export interface Unannounced {
  /** `revision` changes with each write that announces; `isNew` until a mark of the alert was cleared. */
  readonly alerts: readonly { readonly alert: Alert; readonly revision: string; readonly isNew: boolean }[];
  /** Marked items that cannot be read; they keep their mark. */
  readonly corrupt: readonly CorruptItem[];
}

export interface FindingStore {
  /**
   * Writes the alert where there is none (`created`) or where the one there has a lower `progress` (`changed`); a view
   * that is no newer changes nothing (`same`): all fields but what people decided are replaced as a whole, so that concurrent
   * deliveries end with the fields of the fullest view. `announce` is set on creation and whenever `magnitude` grows,
   * never by a view in shadow, nor of one that is closed. An alert that was retracted is open again (acknowledged where it had
   * been), and announced again; so is one in shadow with the first newer view that is not.
   */
  putAlert(alert: Alert): Promise<'created' | 'changed' | 'same'>;
  /**
   * What a view of this `progress` shows is no alert (any more): one that a lesser view gave is `retracted`, and no longer
   * waits to be announced; a closed one stays closed. Answers with it as it stands then, `undefined` where nothing was to be done.
   */
  retractAlert(id: string, progress: number): Promise<Alert | undefined>;
  alert(id: string): Promise<Alert | undefined>;
  /** By `slotStartMs`, newest first. Throws `Fault('store.corrupt')` where `onCorrupt` does not take it. */
  alerts(query: AlertQuery): AsyncIterable<Alert>;
  /**
   * What somebody decides: the status, with who and when beside it and as an event in the alert's history. The same again changes
   * nothing, and makes good an event that a crash left out. `undefined` when there is no such alert.
   */
  decideAlert(id: string, decision: AlertDecision): Promise<DecisionOutcome | undefined>;
  /** Every decision about the alert, oldest first. */
  alertHistory(id: string): Promise<readonly AlertDecision[]>;
  /** So many alerts that are not announced yet, oldest first, and the items met on the way that are none. */
  unannounced(limit: number): Promise<Unannounced>;
  /** Clears the mark unless the alert has changed since `revision` was read; the alert is not new any more. */
  clearAnnounce(id: string, revision: string): Promise<boolean>;
  /** Writes the finding as it is now; one with the same id is replaced, and opens again when it was closed. */
  putConfigurationFinding(finding: ConfigurationFinding): Promise<void>;
  /** All of this status, in no particular order. */
  configurationFindings(status: ConfigurationFinding['status']): Promise<readonly ConfigurationFinding[]>;
}

import type { Level } from '../sigma/rule-source.js';

export const ALERT_STATUSES = ['open', 'acknowledged', 'closed'] as const;
export type AlertStatus = (typeof ALERT_STATUSES)[number];

/**
 * What a person should look at. Everything but `status` is derived from window state and written with SET, so that
 * any number of deliveries leaves the same item; the status belongs to people and is set only when absent.
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
  /** First and last event of the slot that is known to belong to the group. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** Events, or distinct values, counted in the slot's fullest window; a lower bound when `saturated`. */
  readonly count: number;
  readonly saturated: boolean;
  readonly threshold: number;
  readonly timespanMs: number;
  readonly apiId: string | undefined;
  readonly stage: string | undefined;
  readonly status: AlertStatus;
}

export interface AlertQuery {
  readonly status: AlertStatus | undefined;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly limit: number;
}

export interface FindingStore {
  /** Writes the alert; `created` the first time, `changed` when a field differs, `same` otherwise. Sets `announce` on the first two. */
  putAlert(alert: Alert): Promise<'created' | 'changed' | 'same'>;
  alert(id: string): Promise<Alert | undefined>;
  /** Newest first. */
  alerts(query: AlertQuery): AsyncIterable<Alert>;
  setAlertStatus(id: string, status: AlertStatus): Promise<boolean>;
  /** Alerts not announced yet, oldest first. `revision` changes with each write that announces. */
  unannounced(limit: number): Promise<readonly { readonly alert: Alert; readonly revision: string }[]>;
  /** Clears the mark unless the alert has changed since `revision` was read. */
  clearAnnounce(id: string, revision: string): Promise<boolean>;
}

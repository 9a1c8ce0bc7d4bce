import { Fault } from '../fault.js';
import type { Alert, FindingStore, Unannounced } from '../ports/finding-store.js';
import type { Publisher } from '../ports/publisher.js';
import type { Telemetry } from '../ports/telemetry.js';

export interface AnnounceDeps {
  readonly findings: Pick<FindingStore, 'unannounced' | 'clearAnnounce'>;
  readonly publishers: readonly Publisher[];
  readonly telemetry: Telemetry;
  /** Writes down alerts that were never announced before (`createAlertReporter`). */
  readonly report: (alerts: readonly Alert[]) => Promise<void>;
}

export interface Announced {
  readonly announced: number;
  /**
   * Alerts that at least one channel did not take, and items that cannot be read: they keep their mark, and the next sweep
   * tries again.
   */
  readonly failed: number;
}

/** Alerts looked at in one sweep before it looks again. */
const PAGE = 500;
const IN_FLIGHT = 10;
/** Deliveries remembered, so that a channel that is down does not make the others repeat themselves every minute. */
const DELIVERED_MAX = 10_000;

/**
 * Makes the sweep that drains the `announce` outbox. Each marked alert goes to every channel, and its mark is cleared, under
 * the condition that the alert has not changed meanwhile, only when all have taken it. At least once: a crash before
 * the clearing, or a channel that fails, announces again. One channel's failure does not stop the others, nor does an item
 * that cannot be read. A new alert is reported before its channels are tried, at least once as well: again only where a mark
 * outlives its container.
 */
export function createAnnounce(deps: AnnounceDeps): () => Promise<Announced> {
  const { findings, publishers, telemetry } = deps;
  const delivered = new Set<string>();

  function remember(key: string): void {
    if (delivered.size >= DELIVERED_MAX) delivered.clear();
    delivered.add(key);
  }

  async function reportNew(marked: Unannounced['alerts']): Promise<void> {
    const fresh = marked.filter(({ alert, isNew }) => isNew && !delivered.has(`report#${alert.id}`));
    await deps.report(fresh.map(({ alert }) => alert));
    for (const { alert } of fresh) remember(`report#${alert.id}`);
  }

  async function deliver(publisher: Publisher, alert: Alert, revision: string): Promise<boolean> {
    const key = `${publisher.name}#${alert.id}#${revision}`;
    if (delivered.has(key)) return true;
    try {
      await publisher.publish(alert);
    } catch (error) {
      if (!(error instanceof Fault && error.code === 'publish.failed')) throw error;
      telemetry.error('announce.failed', { channel: publisher.name, alert: alert.id }, error);
      return false;
    }
    remember(key);
    return true;
  }

  async function announce({ alert, revision }: Unannounced['alerts'][number]): Promise<boolean> {
    const taken = await Promise.all(publishers.map((publisher) => deliver(publisher, alert, revision)));
    if (taken.includes(false)) return false;
    // Refused when the alert has grown since it was read: the mark stays for its new revision.
    await findings.clearAnnounce(alert.id, revision);
    return true;
  }

  return async () => {
    let announced = 0;
    for (;;) {
      const { alerts, corrupt } = await findings.unannounced(PAGE);
      await reportNew(alerts);
      const outcomes: boolean[] = [];
      for (let at = 0; at < alerts.length; at += IN_FLIGHT)
        outcomes.push(...(await Promise.all(alerts.slice(at, at + IN_FLIGHT).map(announce))));
      const refused = outcomes.filter((taken) => !taken).length;
      announced += outcomes.length - refused;
      if (refused === 0 && alerts.length === PAGE) continue;
      for (const { key, error } of corrupt) telemetry.error('announce.corrupt', { key }, error);
      return { announced, failed: refused + corrupt.length };
    }
  };
}

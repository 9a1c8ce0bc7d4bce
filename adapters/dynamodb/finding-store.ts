import { whyNot } from '../../core/alerts/decide-alert.js';
import { Fault } from '../../core/fault.js';
import {
  ALERT_STATUSES,
  type Alert,
  type AlertDecision,
  type AlertQuery,
  type AlertStatus,
  type ConfigurationFinding,
  type FindingStore,
  type Unannounced,
} from '../../core/ports/finding-store.js';
import type { Item } from './attributes.js';
import * as configuration from './configuration-finding-params.js';
import * as params from './finding-params.js';
import type { StoreContext } from './store-context.js';

/** Writers of one alert are the few payloads in flight that touch its group; each lost race is one of them done. */
const RACES_MAX = 20;

const TOLD_STATUSES = ALERT_STATUSES.filter((status) => status !== 'shadow');

/** Alerts and findings in the Findings table. */
export function dynamoFindingStore({ sender, tables, nowMs }: StoreContext): FindingStore {
  const table = tables.Findings;

  async function record(id: string): Promise<params.AlertRecord | undefined> {
    const item = await sender.get(params.alertParams(table, id));
    return item === undefined ? undefined : params.decodeAlert(table, item);
  }

  async function* byStatus(status: AlertStatus, query: AlertQuery): AsyncGenerator<Alert> {
    for await (const item of sender.query(params.alertsParams(table, status, query))) {
      const alert = decodeListed(item, query.onCorrupt);
      if (alert !== undefined) yield alert;
    }
  }

  function decodeListed(item: Item, onCorrupt: AlertQuery['onCorrupt']): Alert | undefined {
    try {
      return params.decodeAlert(table, item).alert;
    } catch (error) {
      if (onCorrupt === undefined) throw error;
      onCorrupt({ key: params.alertKeyOf(table, item), error });
      return undefined;
    }
  }

  return {
    async putAlert(alert: Alert) {
      const seen = params.storableAlert(alert);
      for (let race = 0; race < RACES_MAX; race++) {
        const known = await record(alert.id);
        if (known !== undefined && known.alert.progress >= seen.progress) return 'same';
        const announces =
          known === undefined ||
          params.isBack(seen, known.alert) ||
          (seen.magnitude > known.alert.magnitude &&
            seen.status !== 'shadow' &&
            known.alert.status !== 'closed');
        const put = params.putAlertParams(table, {
          alert: seen,
          replaces: known?.alert,
          revision: announces ? params.alertRevision(seen, nowMs()) : undefined,
        });
        const outcome = await sender.update(put);
        if (outcome.kind === 'written') return known === undefined ? 'created' : 'changed';
      }
      throw new Fault('store.failed', { table, error: 'lost every race', races: RACES_MAX });
    },

    async retractAlert(id: string, progress: number) {
      for (let race = 0; race < RACES_MAX; race++) {
        const known = (await record(id))?.alert;
        if (known === undefined || known.progress >= progress) return undefined;
        const outcome = await sender.update(params.retractParams(table, known, progress));
        if (outcome.kind === 'written')
          return known.status === 'closed' ? undefined : { ...known, status: 'retracted', progress };
      }
      throw new Fault('store.failed', { table, error: 'lost every race', races: RACES_MAX });
    },

    async alert(id: string) {
      return (await record(id))?.alert;
    },

    async *alerts(query: AlertQuery): AsyncGenerator<Alert> {
      const statuses = query.status === undefined ? TOLD_STATUSES : [query.status];
      const streams = statuses.map((status) => byStatus(status, query));
      let left = query.limit;
      for await (const alert of newestFirst(streams)) {
        if (left-- <= 0) return;
        yield alert;
      }
    },

    async decideAlert(id: string, wanted: AlertDecision) {
      const decision = params.storableDecision(wanted);
      for (let race = 0; race < RACES_MAX; race++) {
        const known = (await record(id))?.alert;
        if (known === undefined) return undefined;
        if (known.status === decision.status) {
          // A run before this one may have ended before it wrote the event.
          if (known.decision !== undefined)
            await sender.put(params.decisionEventParams(table, id, known.decision));
          return { kind: 'same', alert: known };
        }
        const reason = whyNot(known.status, decision.status);
        if (reason !== undefined) return { kind: 'refused', alert: known, reason };
        const outcome = await sender.update(params.decideParams(table, known, decision));
        if (outcome.kind !== 'written') continue;
        await sender.put(params.decisionEventParams(table, id, decision));
        return { kind: 'decided', alert: { ...known, status: decision.status, decision } };
      }
      throw new Fault('store.failed', { table, error: 'lost every race', races: RACES_MAX });
    },

    async alertHistory(id: string) {
      const history: AlertDecision[] = [];
      for await (const item of sender.query(params.historyParams(table, id)))
        history.push(params.decodeDecisionEvent(table, item));
      return history;
    },

    async unannounced(limit: number) {
      const alerts: params.AlertRecord[] = [];
      const corrupt: Unannounced['corrupt'][number][] = [];
      for await (const item of sender.query(params.unannouncedParams(table, limit))) {
        if (alerts.length >= limit) break;
        try {
          alerts.push(params.decodeAlert(table, item));
        } catch (error) {
          // One broken item must not keep all others from being announced; whoever announces reports it.
          corrupt.push({ key: params.alertKeyOf(table, item), error });
        }
      }
      return { alerts, corrupt };
    },

    async clearAnnounce(id: string, revision: string) {
      const outcome = await sender.update(params.clearAnnounceParams(table, { id, revision, atMs: nowMs() }));
      return outcome.kind === 'written';
    },

    async putConfigurationFinding(finding: ConfigurationFinding) {
      await sender.put(configuration.putFindingParams(table, finding));
    },

    async configurationFindings(status: ConfigurationFinding['status']) {
      const found: ConfigurationFinding[] = [];
      for await (const item of sender.query(configuration.findingsParams(table, status)))
        found.push(configuration.decodeFinding(table, item));
      return found;
    },
  };
}

/** Merges streams that are each newest first. */
async function* newestFirst(streams: readonly AsyncGenerator<Alert>[]): AsyncGenerator<Alert> {
  const heads = await Promise.all(streams.map(async (stream) => ({ stream, next: await stream.next() })));
  for (;;) {
    let newest: { alert: Alert; head: (typeof heads)[number] } | undefined;
    for (const head of heads) {
      if (head.next.done === true) continue;
      const alert = head.next.value;
      if (newest === undefined || params.alertTime(alert) > params.alertTime(newest.alert))
        newest = { alert, head };
    }
    if (newest === undefined) return;
    yield newest.alert;
    newest.head.next = await newest.head.stream.next();
  }
}

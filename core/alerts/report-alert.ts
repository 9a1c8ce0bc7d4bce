import { Fault } from '../fault.js';
import type { Alert } from '../ports/finding-store.js';
import type { Telemetry } from '../ports/telemetry.js';

/** What an alert's metric has for an API that is not known: the name comes from a log line. */
const OTHER_API = 'other';

/**
 * A metric costs money for each set of values (rule, level, API): those of more APIs than this are counted together. Ids in
 * order, so that every container draws the line at the same place.
 */
const APIS_MAX = 1_000;

/** Makes the writer of the one line, with its metric, that each new alert gets. */
export function createAlertReporter(
  telemetry: Telemetry,
  readApis: () => Promise<readonly { readonly apiId: string }[]>,
): (alerts: readonly Alert[]) => Promise<void> {
  let known: ReadonlySet<string> = new Set();

  async function readKnown(): Promise<void> {
    try {
      const ids = new Set((await readApis()).map(({ apiId }) => apiId));
      known = new Set([...ids].sort().slice(0, APIS_MAX));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      // A name on a metric is not worth holding up an alert for.
      telemetry.warn('alert.apis-unread', {}, error);
    }
  }

  return async (alerts) => {
    const isUnknown = ({ apiId }: Alert): boolean => apiId !== undefined && !known.has(apiId);
    if (alerts.some(isUnknown)) await readKnown();
    for (const alert of alerts) {
      const { id, title, why, apiId, firstMs, lastMs } = alert;
      const Api = apiId === undefined ? '-' : known.has(apiId) ? apiId : OTHER_API;
      telemetry.count(
        'alert',
        { Alerts: 1 },
        { Rule: alert.ruleId, Level: alert.level, Api },
        { id, title, why, apiId, firstMs, lastMs },
      );
    }
  };
}

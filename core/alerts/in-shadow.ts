import type { Bundle } from '../bundle.js';
import type { Alert, FindingStore } from '../ports/finding-store.js';

type AlertSink = Pick<FindingStore, 'putAlert' | 'retractAlert'>;

/** What a bundle says of the alerts that its rules raise. */
export interface AlertStates {
  /** Records those of rules in shadow as such. */
  record(findings: AlertSink): AlertSink;
  /** Whether people are to hear of it. */
  isTold(alert: Alert): boolean;
}

/**
 * The state of rules is the bundle's, not the evaluation's, which is the same for live traffic and backtest: so it is put
 * on alerts where they are stored.
 */
export function alertStates({ shadow }: Pick<Bundle, 'shadow'>): AlertStates {
  const ids = new Set(shadow);
  const isTold = ({ ruleId }: Alert): boolean => !ids.has(ruleId);
  return {
    isTold,
    record: (findings) => ({
      putAlert: (alert) => findings.putAlert(isTold(alert) ? alert : { ...alert, status: 'shadow' }),
      retractAlert: (id, progress) => findings.retractAlert(id, progress),
    }),
  };
}

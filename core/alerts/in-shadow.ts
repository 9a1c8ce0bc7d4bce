import type { Alert, FindingStore } from '../ports/finding-store.js';

/** Where state belongs is the bundle, not the evaluation, which is the same for live traffic and backtest. */
interface ShadowRules {
  has(ruleId: string): boolean;
}

type AlertSink = Pick<FindingStore, 'putAlert' | 'retractAlert'>;

/** A store that records alerts of these rules in shadow: never announced. */
export function recordingInShadow(findings: AlertSink, shadow: ShadowRules): AlertSink {
  return {
    putAlert: (alert: Alert) =>
      findings.putAlert(shadow.has(alert.ruleId) ? { ...alert, status: 'shadow' } : alert),
    retractAlert: (id, progress) => findings.retractAlert(id, progress),
  };
}

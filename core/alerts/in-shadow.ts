import type { Alert, FindingStore } from '../ports/finding-store.js';

/** Where state belongs is the bundle, not the evaluation, which is the same for live traffic and backtest. */
export interface ShadowRules {
  has(ruleId: string): boolean;
}

/** A store that records alerts of these rules in shadow: never announced. */
export function recordingInShadow(
  findings: Pick<FindingStore, 'putAlert'>,
  shadow: ShadowRules,
): Pick<FindingStore, 'putAlert'> {
  return {
    putAlert: (alert: Alert) =>
      findings.putAlert(shadow.has(alert.ruleId) ? { ...alert, status: 'shadow' } : alert),
  };
}

import type { ApiCall } from '../calls/api-call.js';
import { logSourceOf, type RecordFeed } from '../sigma/log-sources.js';
import type { RuleSet } from '../sigma/rule-set.js';
import type { EventRule, RuleSource } from '../sigma/rule-source.js';
import type { PendingWindows } from './pending-windows.js';
import { type Plan, planRules, targetsByRule } from './plan-rules.js';
import { callEvent, recordEvent, type WindowEvent } from './window-event.js';

/** Matches calls against all rules and gathers what they add to windows. */
export interface Detector {
  /** Whether any rule matched. Pure but for what it adds to `pending`. */
  detect(call: ApiCall, pending: PendingWindows): boolean;
  /** The same for a plain JSON event of another feed. */
  detectRecord(feed: RecordFeed, event: DetectedRecord, pending: PendingWindows): boolean;
  /** Whether any rule reads that feed: without one its events need not be made. */
  reads(feed: RecordFeed): boolean;
  /** The windows of all rules that alert. */
  readonly plans: readonly Plan[];
}

export interface DetectedRecord {
  /** The same in every delivery of the event. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly timeMs: number;
  readonly record: unknown;
}

/** Plans every rule's window once. `rules` must be those that `ruleSet` was compiled from. */
export function createDetector(rules: readonly RuleSource[], ruleSet: RuleSet): Detector {
  const plans = planRules(rules);
  const targets = targetsByRule(plans);
  const feeds = new Set(
    rules.map((rule) => (rule.kind === 'event' ? logSourceOf(rule.logsource)?.feed : undefined)),
  );
  function add(matched: readonly EventRule[], event: WindowEvent, pending: PendingWindows): void {
    for (const rule of matched) for (const target of targets.get(rule.id) ?? []) pending.add(target, event);
  }
  return {
    plans,
    reads: (feed) => feeds.has(feed),
    detectRecord(feed, detected, pending) {
      const matched = ruleSet.matchRecord(feed, detected.record);
      if (matched.length > 0) add(matched, recordEvent(detected), pending);
      return matched.length > 0;
    },
    detect(call, pending) {
      const matched = ruleSet.match(call);
      if (matched.length > 0) add(matched, callEvent(call), pending);
      return matched.length > 0;
    },
  };
}

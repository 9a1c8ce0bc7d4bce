import type { Digest } from '../ports/digest.js';
import type { Alert } from '../ports/finding-store.js';
import { describeAlert } from './describe-alert.js';
import type { SlotVerdict } from './evaluate-slot.js';
import type { Group } from './group-of-event.js';
import type { Plan } from './plan-rules.js';

/** One group of one rule. */
export interface AlertSubject {
  readonly plan: Plan;
  readonly group: Group;
  readonly groupHash: string;
}

/** hash(rule content hash, group, slot): the same in every delivery. */
export function alertId({ plan, groupHash }: AlertSubject, slotStartMs: number, digest: Digest): string {
  return digest.hex(['alert', plan.rule.contentHash, groupHash, String(slotStartMs)], 16);
}

/** The alert of one slot: a pure function of rule, group, slot and window state, so that every delivery makes the same one. */
export function toAlert(
  subject: AlertSubject,
  slotStartMs: number,
  verdict: SlotVerdict,
  digest: Digest,
): Alert {
  const { plan, group } = subject;
  const { rule } = plan;
  const counted = countedBy(plan, verdict);
  return {
    id: alertId(subject, slotStartMs, digest),
    ruleId: rule.id,
    ruleHash: rule.contentHash,
    title: rule.title,
    level: rule.level,
    tags: rule.tags,
    group,
    slotStartMs,
    slotEndMs: slotStartMs + (plan.kind === 'members' ? plan.timespanMs : plan.spanMs),
    firstMs: verdict.firstMs,
    lastMs: verdict.lastMs,
    ...counted,
    timespanMs: plan.kind === 'members' ? plan.timespanMs : plan.rule.timespanMs,
    apiId: known(group['apiId']),
    stage: known(group['stage']),
    why: describeAlert({ plan, group, count: counted.count, saturated: verdict.saturated }),
    progress: verdict.progress,
    magnitude: magnitudeOf(counted.count, counted.threshold),
    status: 'open',
  };
}

function countedBy(plan: Plan, { count, saturated }: SlotVerdict) {
  if (plan.kind === 'signals')
    return { count, saturated: false, estimated: saturated, threshold: plan.rule.threshold };
  return {
    count: count * plan.sampleOneIn,
    saturated,
    estimated: plan.sampleOneIn > 1,
    threshold: plan.firesAt * plan.sampleOneIn,
  };
}

/** How often the threshold has doubled; 0 where there is nothing to double. */
function magnitudeOf(count: number, threshold: number): number {
  const doublings = Math.floor(Math.log2(count / threshold));
  return Number.isFinite(doublings) ? Math.max(0, doublings) : 0;
}

function known(value: string | undefined): string | undefined {
  return value === '-' ? undefined : value;
}

import type { Digest } from '../ports/digest.js';
import type { Alert } from '../ports/finding-store.js';
import { describeAlert } from './describe-alert.js';
import type { SlotVerdict } from './evaluate-slot.js';
import type { PendingGroup } from './pending-windows.js';

/** The alert of one slot: a pure function of rule, group, slot and window state, so that every delivery makes the same one. */
export function toAlert(
  { plan, group, groupHash }: PendingGroup,
  slotStartMs: number,
  verdict: SlotVerdict,
  digest: Digest,
): Alert {
  const { rule } = plan;
  const threshold = plan.firesAt * plan.sampleOneIn;
  const count = verdict.count * plan.sampleOneIn;
  return {
    id: digest.hex(['alert', rule.contentHash, groupHash, String(slotStartMs)], 16),
    ruleId: rule.id,
    ruleHash: rule.contentHash,
    title: rule.title,
    level: rule.level,
    tags: rule.tags,
    group,
    slotStartMs,
    slotEndMs: slotStartMs + plan.timespanMs,
    firstMs: verdict.firstMs,
    lastMs: verdict.lastMs,
    count,
    saturated: verdict.saturated,
    estimated: plan.sampleOneIn > 1,
    threshold,
    timespanMs: plan.timespanMs,
    apiId: known(group['apiId']),
    stage: known(group['stage']),
    why: describeAlert({ plan, group, count, saturated: verdict.saturated }),
    progress: verdict.progress,
    magnitude: Math.floor(Math.log2(verdict.count / plan.firesAt)),
    status: 'open',
  };
}

function known(value: string | undefined): string | undefined {
  return value === '-' ? undefined : value;
}

import type { Bundle } from '../bundle.js';
import type { Digest } from '../ports/digest.js';
import type { FindingStore } from '../ports/finding-store.js';
import type { StateStore } from '../ports/state-store.js';
import type { TrailStore } from '../ports/trail-store.js';
import { DEFAULT_SETTINGS } from '../settings/settings.js';
import {
  type AlertsOfDay,
  type BrokenBudget,
  brokenBudgets,
  DAYS_RUNNING,
  type WatchedRule,
} from './broken-budgets.js';

export interface BudgetPorts {
  readonly state: Pick<StateStore, 'bundle' | 'lifeCycle' | 'setLifeCycle' | 'cursor' | 'setCursor'>;
  readonly findings: Pick<FindingStore, 'alerts'>;
  readonly trail: Pick<TrailStore, 'record'>;
  readonly digest: Digest;
}

/** A rule that was taken back to shadow. */
export interface Demoted {
  readonly ruleId: string;
  readonly reason: string;
}

const DAY_MS = 86_400_000;
/** A day is judged when it is over by this much: calls come late, and windows close after them. */
const SETTLE_MS = 3 * 3_600_000;
const CURSOR = 'budgets';
/** Who decided, in the trail. */
const BY = 'gatewarden';

/**
 * Demotes active rules that broke their budget three UTC days running to shadow: the trail first, then the decision, which the
 * next compilation puts in force. Works once a day, however often it is called; an ordinary day costs reading one day's alerts.
 * Each step may be repeated: a run that was broken off is done again by the next one.
 */
export async function enforceBudgets(ports: BudgetPorts, nowMs: number): Promise<readonly Demoted[]> {
  const { state } = ports;
  const todayMs = Math.floor((nowMs - SETTLE_MS) / DAY_MS) * DAY_MS;
  if (Number(await state.cursor(CURSOR)) >= todayMs) return [];
  const bundle = await state.bundle();
  const demoted: Demoted[] = [];
  for (const broken of bundle === undefined ? [] : await brokenBy(ports, bundle, todayMs))
    demoted.push(await demote(ports, broken, { todayMs, nowMs }));
  await state.setCursor(CURSOR, String(todayMs));
  return demoted;
}

interface Watched extends WatchedRule {
  readonly contentHash: string;
}

async function brokenBy(
  { state, findings }: BudgetPorts,
  bundle: Bundle,
  todayMs: number,
): Promise<readonly BrokenBudget<Watched>[]> {
  const budgets = bundle.settings.budgets ?? DEFAULT_SETTINGS.budgets;
  const rules = watchedRules(bundle, await state.lifeCycle());
  const days: AlertsOfDay[] = [];
  let broken: readonly BrokenBudget<Watched>[] = rules.map((rule) => ({ rule, budget: 0, alerts: [] }));
  while (broken.length > 0 && days.length < DAYS_RUNNING) {
    days.push(await alertsOfDay(findings, todayMs - (days.length + 1) * DAY_MS));
    broken = brokenBudgets(rules, days, { todayMs, budgets });
  }
  return broken;
}

function watchedRules(
  { rules, configuration }: Bundle,
  lifeCycle: Awaited<ReturnType<StateStore['lifeCycle']>>,
): readonly Watched[] {
  const running = new Map(rules.map((rule) => [rule.id, rule]));
  const decided = new Map(
    lifeCycle.map(({ ruleId, contentHash, atMs }) => [`${ruleId} ${contentHash}`, atMs]),
  );
  return (configuration?.configured ?? []).flatMap(({ id, contentHash, state }) => {
    const rule = running.get(id);
    if (rule === undefined || state !== 'active') return [];
    const decidedMs = decided.get(`${id} ${contentHash}`);
    return [{ id, name: rule.name, contentHash, runsAs: rule.contentHash, decidedMs }];
  });
}

/** Those that people were told of, also where it was taken back later. */
async function alertsOfDay(findings: BudgetPorts['findings'], dayMs: number): Promise<AlertsOfDay> {
  const counts = new Map<string, number>();
  const alerts = findings.alerts({
    status: undefined,
    fromMs: dayMs,
    toMs: dayMs + DAY_MS - 1,
    limit: Number.MAX_SAFE_INTEGER,
    // Whoever lists alerts names it; a count can do without.
    onCorrupt: () => undefined,
  });
  for await (const { ruleHash } of alerts) counts.set(ruleHash, (counts.get(ruleHash) ?? 0) + 1);
  return counts;
}

async function demote(
  { state, trail, digest }: BudgetPorts,
  { rule, budget, alerts }: BrokenBudget<Watched>,
  { todayMs, nowMs }: { readonly todayMs: number; readonly nowMs: number },
): Promise<Demoted> {
  const { id: ruleId, contentHash } = rule;
  const seen = alerts.join(', ');
  const reason = `over its budget of ${budget} alerts a day on three days running: ${seen}, newest first`;
  await trail.record({
    id: digest.hex(['demoted', ruleId, contentHash, String(todayMs)], 16),
    timeMs: nowMs,
    kind: 'rule.demoted',
    details: {
      rule: ruleId,
      contentHash,
      before: 'active',
      after: 'shadow',
      by: BY,
      forced: false,
      budget,
      alerts: seen,
    },
  });
  await state.setLifeCycle({
    ruleId,
    contentHash,
    state: 'shadow',
    atMs: nowMs,
    by: BY,
    forced: false,
    reason,
  });
  return { ruleId, reason };
}

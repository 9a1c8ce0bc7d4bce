import { nodeDigest } from '../../adapters/node/node-digest.js';
import { shipped } from '../../adapters/shipped/shipped-bundle.js';
import { type AlertRate, budgetOf, demote, promote, type Transition } from '../../core/alerts/life-cycle.js';
import type { ConfiguredRule } from '../../core/bundle.js';
import { listRules } from '../../core/configuration/list-rules.js';
import type { StateStore } from '../../core/ports/state-store.js';
import { DEFAULT_SETTINGS } from '../../core/settings/settings.js';
import type { RuleSource } from '../../core/sigma/rule-source.js';
import { type CliIo, printable, UsageError, write } from '../cli-io.js';
import type { PlaceOptions } from '../place-options.js';
import { whoAmI } from '../who-am-i.js';
import { openInstallation } from './installation.js';
import { theRule } from './show.js';

export interface TransitionOptions extends PlaceOptions {
  readonly by?: string;
  readonly force?: true;
  readonly json?: true;
}

export interface TransitionRequest {
  readonly direction: 'promote' | 'demote';
  readonly rule: string;
  readonly options: TransitionOptions;
}

/** Moves a rule one state up or down: the trail first, then the decision, then (on this machine) the bundle. */
export async function moveRule(
  { direction, rule: wanted, options }: TransitionRequest,
  io: CliIo,
): Promise<void> {
  const installation = await openInstallation(options, io);
  try {
    const { stores } = installation;
    const bundle = await installation.bundle();
    const { rule } = theRule(listRules(bundle, shipped), wanted);
    const entry = bundle.configuration?.configured.find(({ id }) => id === rule.id);
    if (entry === undefined)
      throw new UsageError(
        `${rule.title} has no state of its own: its pack is off, or it only counts for correlations`,
      );
    const budget = budgetOf(rule, bundle.settings.budgets ?? DEFAULT_SETTINGS.budgets);
    const rate =
      direction === 'promote' && entry.state === 'shadow'
        ? await rateOf(stores.state, entry, rule)
        : undefined;
    const force = options.force === true;
    const transition: Transition =
      direction === 'promote' ? promote({ from: entry.state, rate, budget, force }) : demote(entry.state);
    if (transition.kind === 'refused')
      throw new UsageError(`${rule.title} stays ${entry.state}: ${transition.reason}`);
    const { id: ruleId, contentHash, state: before } = entry;
    const by = options.by ?? whoAmI();
    const atMs = io.nowMs();
    const after = transition.to;
    await stores.trail.record({
      id: nodeDigest.hex(['transition', ruleId, contentHash, before, after, String(atMs)], 16),
      timeMs: atMs,
      kind: `rule.${direction}d`,
      details: {
        rule: ruleId,
        contentHash,
        before,
        after,
        by,
        forced: force,
        budget,
        ...(rate !== undefined && { perDay: rate.perDay, upperBound: rate.upperBound }),
      },
    });
    await stores.state.setLifeCycle({ ruleId, contentHash, state: after, atMs, by, forced: force });
    await installation.bundle();
    const answer = { rule: ruleId, title: rule.title, before, after, by, forced: force };
    await write(
      io.stdout,
      options.json === true
        ? `${JSON.stringify(answer, undefined, 2)}\n`
        : `${printable(rule.title)}: ${before} → ${after}, in force ${installation.takesEffect}\n`,
    );
  } finally {
    await installation.close();
  }
}

/** What the newest backtest says of the rule as it runs now: one under other thresholds or allow lists says nothing. */
async function rateOf(
  state: Pick<StateStore, 'backtest'>,
  { id, contentHash }: ConfiguredRule,
  { contentHash: runsAs }: RuleSource,
): Promise<AlertRate | undefined> {
  const record = await state.backtest(id, contentHash);
  return record?.ranAs === runsAs ? record : undefined;
}

import { Command } from 'commander';
import { checked } from '../checked.js';
import { type CliIo, UsageError, write } from '../cli-io.js';
import { type PlaceOptions, withPlace } from '../place-options.js';
import { parseSince } from '../time-option.js';
import { describeTrial, toDay } from './describe-trial.js';
import { openInstallation } from './installation.js';
import { runTrial, type TrialOutcome, type TriedRule } from './run-trial.js';
import { trialOf } from './trial.js';

interface BacktestOptions extends PlaceOptions {
  readonly since: string;
  readonly until?: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  $ gatewarden rules backtest my-first-rule
  $ gatewarden rules backtest my-rules/rules/my-first-rule.yml --since 30d
  $ gatewarden rules backtest scraping-sweep 'Scanner names itself' --since 2026-03-01 --json
  $ gatewarden rules backtest my-first-rule --stack gatewarden

Runs rules over the trail as they would have run live: alerts a day, their upper bound (exact Poisson, 95 %) against the
budget, who and what they are about, and what differs from the present version. A rule is a file or folder of Sigma YAML,
taken as if it had been pushed, or the id, name or beginning of the title of a rule that is known. The figures are kept
for 30 days: promote asks for them.`;

/** `gatewarden rules backtest`: what rules would have done. */
export function backtestCommand(io: CliIo): Command {
  return withPlace(new Command('backtest'))
    .description('what rules would have done over the calls of the trail')
    .argument('<rule...>', 'files or folders of rules; ids, names or titles of known ones')
    .option('--since <when>', 'from then on, as 24h or 7d before now, or an ISO date', '7d')
    .option('--until <when>', 'up to then (default: now)')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action((rules: readonly string[], options: BacktestOptions) => backtest(rules, options, io));
}

async function backtest(rules: readonly string[], options: BacktestOptions, io: CliIo): Promise<void> {
  const time = timeOf(options, io.nowMs());
  const installation = await openInstallation(options, io);
  try {
    const trial = await trialOf(rules, await installation.bundle());
    if (trial.tested.ids.length === 0)
      throw new UsageError(trial.skipped.map(({ title, reason }) => `${title}: ${reason}`).join('\n  '));
    const outcome = await runTrial(trial, time, installation, io);
    if (outcome.calls === 0)
      await write(
        io.stderr,
        'gatewarden: the trail has no calls of that time; --since takes an earlier one\n',
      );
    await write(
      io.stdout,
      options.json === true
        ? `${JSON.stringify(toJson(outcome), undefined, 2)}\n`
        : describeTrial(outcome, io),
    );
  } finally {
    await installation.close();
  }
}

/** Throws `UsageError` where the time is none. */
export function timeOf(
  { since, until }: { readonly since: string; readonly until?: string },
  nowMs: number,
): { readonly sinceMs: number; readonly untilMs: number } {
  const { sinceMs, untilMs } = checked({
    sinceMs: () => Math.max(0, parseSince('--since', since, nowMs)),
    untilMs: () => (until === undefined ? nowMs : parseSince('--until', until, nowMs)),
  });
  if (sinceMs >= untilMs)
    throw new UsageError(
      `--since ${since} is not before ${until === undefined ? 'now' : `--until ${until}`}`,
    );
  return { sinceMs, untilMs };
}

function toJson({ rules, skipped, ...figures }: TrialOutcome) {
  const { sinceMs, untilMs, calls, exposureDays, span } = figures;
  const { callsRead, bytesRead, minuteRows, unjudged, elapsedMs } = figures;
  return {
    since: new Date(sinceMs).toISOString(),
    until: new Date(untilMs).toISOString(),
    firstMs: span?.firstMs ?? null,
    lastMs: span?.lastMs ?? null,
    calls,
    exposureDays,
    callsRead,
    bytesRead,
    minuteRows,
    unjudged,
    elapsedMs,
    rules: rules.map(ruleJson),
    skipped,
  };
}

/** One rule of a backtest as `--json` shows it; `upperBound` is null where no calls were seen. */
export function ruleJson({ rule, entry, rate, days, budget, isWithin, ...found }: TriedRule) {
  const { principals, endpoints, examples, difference } = found;
  return {
    id: rule.id,
    title: rule.title,
    level: rule.level,
    state: entry.state,
    contentHash: entry.contentHash,
    alerts: rate.alerts,
    perDay: rate.perDay,
    upperBound: Number.isFinite(rate.upperBound) ? rate.upperBound : null,
    budget,
    isWithin,
    days: days.map(({ dayMs, alerts }) => ({ day: toDay(dayMs), alerts })),
    principals,
    endpoints,
    examples: examples.map(({ eventJson, ...example }) => {
      const event: unknown = JSON.parse(eventJson);
      return { ...example, event };
    }),
    difference: difference ?? null,
  };
}

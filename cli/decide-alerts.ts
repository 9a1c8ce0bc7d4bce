import { Command } from 'commander';
import type { Alert, DecidedStatus, DecisionOutcome, FindingStore } from '../core/ports/finding-store.js';
import { type CliIo, printable, UsageError, write } from './cli-io.js';
import { findAlert } from './find-alert.js';
import type { OpenStores } from './open-stores.js';
import { type PlaceOptions, withPlace } from './place-options.js';
import { whoAmI } from './who-am-i.js';

interface DecideOptions extends PlaceOptions {
  readonly by?: string;
  readonly reason?: string;
  readonly json?: true;
}

interface Verb {
  readonly name: string;
  readonly status: DecidedStatus;
  readonly description: string;
  readonly reason: string;
  readonly help: string;
}

const ABOUT = `The beginning of an id will do, and there may be several. Who decided, when and why is kept in the alert's history
(gatewarden alerts show); the same again changes nothing. An alert that goes on growing stays what it was made.`;

/** What people may make of alerts; adding a decision is one entry here. */
const VERBS: readonly Verb[] = [
  {
    name: 'acknowledge',
    status: 'acknowledged',
    description: 'say that somebody looks after an alert',
    reason: 'what is being done',
    help: `
Examples:
  $ gatewarden alerts acknowledge 4f2a
  $ gatewarden alerts acknowledge 4f2a --by ana --reason 'asked the partner' --json
  $ gatewarden alerts acknowledge 4f2a --stack gatewarden

${ABOUT} It is still announced when it doubles.`,
  },
  {
    name: 'close',
    status: 'closed',
    description: 'say that an alert is done with',
    reason: 'what it was',
    help: `
Examples:
  $ gatewarden alerts close 4f2a
  $ gatewarden alerts close 4f2a --reason 'our own load test' --json

${ABOUT} It is not announced any more. What goes on after its time slot raises an alert of its own.`,
  },
  {
    name: 'reopen',
    status: 'open',
    description: 'take such a decision back',
    reason: 'why it is not done with',
    help: `
Examples:
  $ gatewarden alerts reopen 4f2a
  $ gatewarden alerts reopen 4f2a --reason 'it was not the load test' --json

${ABOUT}`,
  },
];

/** `gatewarden alerts acknowledge`, `close` and `reopen`: what people make of alerts. */
export function decideCommands(io: CliIo, openStores: OpenStores): readonly Command[] {
  return VERBS.map((verb) =>
    withPlace(new Command(verb.name))
      .description(verb.description)
      .argument('<id...>', 'alerts, by the beginning of their ids')
      .option('--reason <text>', `${verb.reason}, for the history`)
      .option('--by <name>', 'who decides, for the history (default: the user of this process)')
      .option('--json', 'print one JSON document')
      .addHelpText('after', verb.help)
      .action((ids: readonly string[], options: DecideOptions) => decide(verb, ids, options, io, openStores)),
  );
}

async function decide(
  { status, name }: Verb,
  ids: readonly string[],
  options: DecideOptions,
  io: CliIo,
  openStores: OpenStores,
): Promise<void> {
  const opened = await openStores(options, io.nowMs);
  try {
    const { findings } = opened.stores;
    const alerts = await findAll(findings, ids);
    const decision = { status, by: options.by ?? whoAmI(), atMs: io.nowMs(), reason: options.reason };
    const outcomes: DecisionOutcome[] = [];
    for (const { id } of alerts) {
      const outcome = await findings.decideAlert(id, decision);
      if (outcome !== undefined) outcomes.push(outcome);
    }
    if (outcomes.some(({ kind }) => kind === 'refused')) io.setExitCode(2);
    if (options.json === true)
      await write(io.stdout, `${JSON.stringify(outcomes.map(toJson), undefined, 2)}\n`);
    else for (const outcome of outcomes) await printOutcome(outcome, name, io);
  } finally {
    await opened.close();
  }
}

/** All of them, or `UsageError` with everything that is wrong with their names: before anything is changed. */
async function findAll(findings: FindingStore, ids: readonly string[]): Promise<readonly Alert[]> {
  const alerts = new Map<string, Alert>();
  const problems: string[] = [];
  for (const id of ids)
    try {
      const alert = await findAlert(findings, id);
      alerts.set(alert.id, alert);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(error.message);
    }
  if (problems.length > 0) throw new UsageError(problems.join('\n  '));
  return [...alerts.values()];
}

async function printOutcome(outcome: DecisionOutcome, verb: string, io: CliIo): Promise<void> {
  const { kind, alert } = outcome;
  const named = `${alert.id.slice(0, 8)} ${printable(alert.title)}`;
  if (kind === 'refused') return write(io.stderr, `gatewarden: cannot ${verb} ${named}: ${outcome.reason}\n`);
  const { decision } = alert;
  const since =
    kind === 'decided' || decision === undefined
      ? ''
      : ` already, since ${new Date(decision.atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC by ${printable(decision.by)}`;
  return write(io.stdout, `${named}: ${alert.status}${since}\n`);
}

function toJson(outcome: DecisionOutcome) {
  const { kind, alert } = outcome;
  return {
    id: alert.id,
    title: alert.title,
    outcome: kind,
    status: alert.status,
    decision: alert.decision ?? null,
    ...(kind === 'refused' && { reason: outcome.reason }),
  };
}

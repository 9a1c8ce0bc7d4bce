import { Fault } from '../../core/fault.js';
import type { Digest } from '../../core/ports/digest.js';
import type { LogGroups } from '../../core/ports/log-groups.js';
import { failed, interpretEvent, toResponse } from './cloudformation.js';
import type { CloudFormationResponse, Respond } from './cloudformation-response.js';
import { createInForce, type InForce } from './in-force.js';
import type { FeedChange } from './publish-feeds.js';
import { reconcile, type Walk, type WalkResult } from './reconcile.js';
import type { RunReport } from './report.js';
import { type CloudFormationEvent, parseRequest, parseSubscription } from './request.js';
import { parseTally, type Tally } from './tally.js';

export interface SubscribePorts {
  readonly groups: LogGroups;
  readonly digest: Digest;
  readonly ownLogGroupArn: string;
  readonly sleep: (ms: number) => Promise<void>;
  readonly timer: (ms: number) => { readonly done: Promise<void>; readonly cancel: () => void };
  readonly respond: Respond;
  /** Tells ingest what the deployment says of the log groups: format, API, stage. */
  readonly publishFeeds: (change: FeedChange) => Promise<void>;
  /** Calls this function again, asynchronously, with that event. */
  readonly goOn: (event: unknown) => Promise<void>;
  readonly report: (report: RunReport) => void;
  /** For a fault that CloudFormation hears of as well: its reason is cut short there. */
  readonly logFault: (error: unknown) => void;
}

export type SubscribeHandler = (
  event: unknown,
  context: { getRemainingTimeInMillis(): number },
) => Promise<void>;

/**
 * Keeps the subscription filters as they are wanted. Every request is idempotent, so Lambda may deliver it again. A
 * walk that does not fit into one invocation goes on in the next; CloudFormation is answered once, at its end, and in
 * every case: success, refusal, fault, and before the time runs out.
 */
export function createSubscribeHandler(ports: SubscribePorts): SubscribeHandler {
  const inForce = createInForce(ports.groups, ports.digest, ports.ownLogGroupArn);
  return async (event, context) => {
    const { origin, stretch } = unwrap(event);
    const run: Run = { ports, inForce, stretch, remainingMs: () => context.getRemainingTimeInMillis() };
    if (origin.kind === 'hourly') return runHourly(run, origin.subscription);

    const timer = ports.timer(Math.max(0, run.remainingMs() - ANSWER_MS));
    try {
      const response = await Promise.race([
        runCloudFormation(run, origin.event).catch((error: unknown) => {
          ports.logFault(error);
          return failed(origin.event, toReason(error));
        }),
        timer.done.then(() => failed(origin.event, 'CloudWatch Logs did not answer in time')),
      ]);
      if (response !== undefined) await ports.respond(origin.event, response);
    } finally {
      timer.cancel();
    }
  };
}

/** One stretch of a walk; the first has round 1. */
interface Stretch {
  readonly round: number;
  readonly after: string | undefined;
  readonly tally: Tally | undefined;
}

interface Run {
  readonly ports: SubscribePorts;
  readonly inForce: InForce;
  readonly stretch: Stretch;
  readonly remainingMs: () => number;
}

/** Four invocations of 15 minutes fill the hour that CloudFormation waits, and the hour between two runs. */
const MAX_ROUNDS = 4;
/** What answering CloudFormation may take, with all its attempts. */
const ANSWER_MS = 60_000;
/** What finishing one group, with all its waits, may take on top of that. */
const ONE_GROUP_MS = 60_000;

type Origin =
  | { readonly kind: 'cloudformation'; readonly event: CloudFormationEvent }
  | { readonly kind: 'hourly'; readonly subscription: unknown };

function unwrap(event: unknown): { readonly origin: Origin; readonly stretch: Stretch } {
  const request = parseRequest(event);
  if (request === undefined) throw unreadable();
  if (request.kind !== 'continue') {
    return { origin: request, stretch: { round: 1, after: undefined, tally: undefined } };
  }
  const origin = parseRequest(request.request);
  if (origin === undefined || origin.kind === 'continue') throw unreadable();
  const { round, after } = request;
  return { origin, stretch: { round, after, tally: parseTally(request.tally) } };
}

/** `undefined` when the next invocation will answer. */
async function runCloudFormation(
  run: Run,
  event: CloudFormationEvent,
): Promise<CloudFormationResponse | undefined> {
  const interpretation = interpretEvent(event, run.ports.digest);
  if (interpretation.kind === 'answered') return interpretation.response;
  const { subscription, walk, physicalResourceId, feeds } = interpretation;
  if (event.RequestType === 'Delete') await run.inForce.retire(subscription);
  else await run.inForce.declare(subscription);
  if (feeds !== undefined && run.stretch.round === 1) await run.ports.publishFeeds(feeds);

  const result = await walkOn(run, walk, async () => true);
  if (await handOver(run, event, result)) return undefined;
  run.ports.report({ trigger: event.RequestType, round: run.stretch.round, ...result });
  return toResponse(event, physicalResourceId, result);
}

async function runHourly(run: Run, properties: unknown): Promise<void> {
  const parsed = parseSubscription(properties);
  if (parsed.kind === 'invalid') {
    throw new Fault('environment.invalid', { function: 'subscribe', problems: parsed.problems.join('; ') });
  }
  const { subscription: wanted } = parsed;
  if (!(await run.inForce.holds(wanted))) return;
  const walk = { intent: { wanted, retired: [], retire: 'now' as const }, scope: [wanted.selection] };
  const result = await walkOn(run, walk, () => run.inForce.holds(wanted));
  if (await handOver(run, { kind: 'hourly', subscription: properties }, result)) return;
  run.ports.report({ trigger: 'hourly', round: run.stretch.round, ...result });
}

function walkOn(
  { ports, stretch, remainingMs }: Run,
  walk: Pick<Walk, 'intent' | 'scope'>,
  isCurrent: () => Promise<boolean>,
): Promise<WalkResult> {
  const hasTime = () => remainingMs() > ANSWER_MS + ONE_GROUP_MS;
  const { after, tally } = stretch;
  return reconcile(
    { groups: ports.groups, sleep: ports.sleep, hasTime, isCurrent },
    { ...walk, after, tally },
  );
}

async function handOver({ ports, stretch }: Run, request: unknown, result: WalkResult): Promise<boolean> {
  if (result.continueAfter === undefined || stretch.round >= MAX_ROUNDS) return false;
  const { continueAfter: after, tally } = result;
  await ports.goOn({ kind: 'continue', round: stretch.round + 1, after, tally, request });
  return true;
}

function unreadable(): Fault {
  return new Fault('payload.unreadable', { function: 'subscribe' });
}

function toReason(error: unknown): string {
  return error instanceof Error ? error.message : 'unexpected failure';
}

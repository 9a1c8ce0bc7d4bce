import type { Bundle } from '../core/bundle.js';
import type { Alert, FindingStore } from '../core/ports/finding-store.js';
import type { ApiSummary, InventoryStore } from '../core/ports/inventory-store.js';
import type { TrailStore } from '../core/ports/trail-store.js';
import type { SubscriptionPayload } from './delivery.js';
import { type CallLabel, ORDINARY_LABEL } from './labels.js';
import { type Score, scoreAlerts } from './score.js';
import { Traffic, type TrafficOptions } from './traffic.js';

/** The product as the demo sees it: the functions that run on AWS, and the stores behind them. */
export interface DemoSystem {
  /** Hands a payload to the ingest function, as a subscription would at `atMs`. Whether alerts are new or grew. */
  ingest(payload: SubscriptionPayload, atMs: number): Promise<{ readonly alerts: number }>;
  /** The hourly fold. */
  learn(atMs: number): Promise<void>;
  /** The sweep that announces new alerts; answers with those it announced. */
  notify(atMs: number): Promise<readonly Alert[]>;
  readonly findings: Pick<FindingStore, 'alerts'>;
  readonly inventory: Pick<InventoryStore, 'apis' | 'endpoints'>;
  readonly trail: Pick<TrailStore, 'stages' | 'hours' | 'heads' | 'evidence'>;
}

/** What the system is configured with before the first call arrives. */
export type DemoConfiguration = Pick<Bundle, 'feeds' | 'routes'>;

export interface InventoryLine {
  readonly api: string;
  readonly apiId: string;
  readonly apiType: string;
  readonly logGroup: string;
  readonly endpoints: number;
}

export interface TrailTotals {
  readonly segments: number;
  readonly calls: number;
  readonly bytes: number;
}

export interface DemoResult {
  readonly seed: number;
  readonly days: number;
  readonly startMs: number;
  readonly calls: number;
  readonly deliveries: number;
  readonly repeatedDeliveries: number;
  /** Bytes of log lines, as CloudWatch Logs would bill them. */
  readonly logBytes: number;
  readonly inventory: readonly InventoryLine[];
  /** APIs that the inventory has and the simulator did not make: nothing but a mistake in attribution. */
  readonly unknownApis: readonly string[];
  readonly trail: TrailTotals;
  readonly alerts: readonly Alert[];
  readonly score: Score;
}

export interface DemoProgress {
  /** Simulated part of the run, 0 to 1. */
  readonly done: number;
  readonly calls: number;
  readonly alerts: number;
}

/** New alerts wake the announcer at once; the sweep is the guarantee. On AWS it comes each minute, here more seldom to save time. */
const NOTIFY_EVERY_MS = 30 * 60_000;
/** Hourly on AWS; every run looks at the hours that are still open again, so fewer runs save time. */
const LEARN_EVERY_MS = 3 * 3_600_000;

/** Feeds simulated traffic through the system and compares what it found with what happened. */
export async function runDemo(
  options: TrafficOptions,
  open: (configuration: DemoConfiguration) => Promise<DemoSystem>,
  onProgress: (progress: DemoProgress) => void = () => undefined,
): Promise<DemoResult> {
  const traffic = new Traffic(options);
  const system = await open({ feeds: traffic.feeds, routes: traffic.routes });
  const labels = new Map<string, string>();
  // Ordinary calls need no entry: with them the map would grow with the run.
  const onLabel = ({ id, label }: CallLabel): void => {
    if (label !== ORDINARY_LABEL) labels.set(id, label);
  };
  const detectedMs = new Map<string, number>();
  const announce = async (atMs: number): Promise<void> => {
    for (const alert of await system.notify(atMs))
      if (!detectedMs.has(alert.id)) detectedMs.set(alert.id, atMs);
  };

  let deliveries = 0;
  let repeatedDeliveries = 0;
  let logBytes = 0;
  let notifiedMs = options.startMs;
  let learnedMs = options.startMs;
  let lastMs = options.startMs;
  for (const { atMs, payload, repeated } of traffic.deliveries(onLabel)) {
    while (atMs - notifiedMs >= NOTIFY_EVERY_MS) {
      notifiedMs += NOTIFY_EVERY_MS;
      await announce(notifiedMs);
    }
    while (atMs - learnedMs >= LEARN_EVERY_MS) {
      learnedMs += LEARN_EVERY_MS;
      await system.learn(learnedMs);
    }
    const { alerts } = await system.ingest(payload, atMs);
    if (alerts > 0) await announce(atMs);
    deliveries += 1;
    if (repeated) repeatedDeliveries += 1;
    else for (const event of payload.logEvents) logBytes += event.message.length;
    lastMs = atMs;
    const done = Math.min(1, (atMs - options.startMs) / (traffic.endMs - options.startMs));
    onProgress({ done, calls: traffic.calls, alerts: detectedMs.size });
  }
  await announce(lastMs + NOTIFY_EVERY_MS);
  await system.learn(lastMs + LEARN_EVERY_MS);
  onProgress({ done: 1, calls: traffic.calls, alerts: detectedMs.size });

  const alerts = await allAlerts(system);
  const scorable = await Promise.all(
    alerts.map(async (alert) => ({
      ...alert,
      detectedMs: detectedMs.get(alert.id),
      evidenceLabels: (await system.trail.evidence(alert.id)).map(
        (item) => labels.get(item.callId) ?? labels.get(requestIdOf(item.callJson)) ?? ORDINARY_LABEL,
      ),
    })),
  );
  return {
    seed: options.seed,
    days: options.days,
    startMs: options.startMs,
    calls: traffic.calls,
    deliveries,
    repeatedDeliveries,
    logBytes,
    ...(await readInventory(system, traffic)),
    trail: await readTrail(system, options.startMs, lastMs),
    alerts,
    score: scoreAlerts(scorable, traffic.incidents(), options.days),
  };
}

/** A REST call whose format prints no extended request id has another identity than its label: clients may choose that id. */
function requestIdOf(callJson: string): string {
  const call: unknown = JSON.parse(callJson);
  const isObject = typeof call === 'object' && call !== null && 'requestId' in call;
  return isObject && typeof call.requestId === 'string' ? call.requestId : '';
}

async function allAlerts(system: DemoSystem): Promise<readonly Alert[]> {
  const alerts: Alert[] = [];
  const query = { status: undefined, fromMs: undefined, toMs: undefined, limit: 10_000 };
  for await (const alert of system.findings.alerts(query)) alerts.push(alert);
  return alerts.sort((a, b) => a.firstMs - b.firstMs || (a.id < b.id ? -1 : 1));
}

async function readInventory(
  system: DemoSystem,
  traffic: Traffic,
): Promise<Pick<DemoResult, 'inventory' | 'unknownApis'>> {
  const found = new Map<string, ApiSummary>((await system.inventory.apis()).map((api) => [api.apiId, api]));
  const inventory: InventoryLine[] = [];
  for (const { apiId, name, type, logGroup } of traffic.apis) {
    const api = found.get(apiId);
    const endpoints = api === undefined ? 0 : (await system.inventory.endpoints(api)).length;
    inventory.push({ api: name, apiId, apiType: type, logGroup, endpoints });
  }
  const made = new Set(traffic.apis.map(({ apiId }) => apiId));
  return { inventory, unknownApis: [...found.keys()].filter((apiId) => !made.has(apiId)) };
}

async function readTrail(system: DemoSystem, fromMs: number, toMs: number): Promise<TrailTotals> {
  let segments = 0;
  let calls = 0;
  let bytes = 0;
  for (const stage of await system.trail.stages()) {
    for await (const { hourMs, shards } of system.trail.hours(stage, fromMs - 3_600_000, toMs)) {
      const scope = { ...stage, fromMs: hourMs, toMs: hourMs + 3_599_999, shards };
      for await (const head of system.trail.heads(scope)) {
        segments += 1;
        calls += head.calls;
        bytes += head.sizeBytes;
      }
    }
  }
  return { segments, calls, bytes };
}

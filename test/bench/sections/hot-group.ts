import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../../adapters/dynamodb/attributes.js';
import { writeUnits } from '../../../adapters/dynamodb/item-size.js';
import { dynamoStores } from '../../../adapters/dynamodb/stores.js';
import { openEmbeddedStore } from '../../../adapters/embedded/embedded-store.js';
import { nodeDigest } from '../../../adapters/node/node-digest.js';
import { PendingWindows } from '../../../core/alerts/pending-windows.js';
import { planRules, targetsByRule } from '../../../core/alerts/plan-rules.js';
import { recordAllWindows } from '../../../core/alerts/record-all-windows.js';
import { Sampler } from '../../../core/alerts/sampler.js';
import { SettledWindows } from '../../../core/alerts/settled-windows.js';
import type { WindowEvent } from '../../../core/alerts/window-event.js';
import type { CorrelationRule, RuleSource } from '../../../core/sigma/rule-source.js';
import { correlation, eventRule } from '../../unit/core/alerts/samples.js';
import type { Figure, Section } from '../figure.js';
import { BENCH_START_MS } from '../pipeline/payloads.js';
import { type ItemKind, meteredClient, type Units } from '../pipeline/units-by-item.js';

const PAYLOADS = 100_000;
/** What is kept as signals costs ten times as much; a twentieth still fills more than one span of an hour. */
const SIGNAL_SHARE = 0.05;
const EVENTS_A_PAYLOAD = 10;
const PAYLOAD_EVERY_MS = 1000;
/** Containers take turns, and a new one comes as often as this: what one remembers, another does not. */
const CONTAINERS = 4;
const CONTAINER_LIVES = 2_000;

const HOUR_MS = 3_600_000;
const COUNTED: readonly (readonly [string, Partial<CorrelationRule>])[] = [
  ['event_count gte 35 in 5 min', { threshold: 35, timespanMs: HOUR_MS / 12 }],
  ['event_count gte 1000 in 1 h', { threshold: 1000 }],
  ['value_count gte 100 in 1 h', { type: 'value_count', valueField: 'path', threshold: 100 }],
];
const SIGNALS: readonly (readonly [string, Partial<CorrelationRule>])[] = [
  ['value_sum in 1 h', { type: 'value_sum', valueField: 'size', threshold: 1e6 }],
  [
    'value_percentile in 1 h',
    { type: 'value_percentile', valueField: 'size', percentile: 95, threshold: 900 },
  ],
  ['event_count lt in 1 h', { operator: 'lt', threshold: 5 }],
  ['temporal_ordered of 3 in 1 h', { type: 'temporal_ordered', ruleIds: ['a', 'b', 'c'], threshold: 3 }],
  ['temporal_ordered of a burst and c', { type: 'temporal_ordered', ruleIds: ['burst', 'c'], threshold: 2 }],
];

/** One hot group through very many payloads: what its items grow to, and what each payload costs to write. */
export async function hotGroupSection(scale: number): Promise<Section> {
  const payloads = Math.round(PAYLOADS * scale);
  const fewer = Math.round(payloads * SIGNAL_SHARE);
  const figures: Figure[] = [];
  for (const [name, overrides] of COUNTED)
    figures.push(...(await measure(name, rulesOf(overrides), payloads)));
  for (const [name, overrides] of SIGNALS)
    figures.push(...(await measure(`${name}, ${fewer} payloads`, rulesOf(overrides), fewer)));
  return { title: `One hot group through ${payloads} payloads of ${EVENTS_A_PAYLOAD} events`, figures };
}

function rulesOf(overrides: Partial<CorrelationRule>): readonly RuleSource[] {
  return [
    ...['a', 'b', 'c'].map((id) => eventRule({ id, title: id })),
    correlation({ id: 'burst', ruleIds: ['a'], groupBy: ['user'], threshold: 20, alerts: false }),
    correlation({
      id: 'hot',
      ruleIds: ['a'],
      groupBy: ['user'],
      timespanMs: HOUR_MS,
      contentHash: 'ee'.repeat(16),
      ...overrides,
    }),
  ];
}

async function measure(
  name: string,
  rules: readonly RuleSource[],
  payloads: number,
): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden-bench-'));
  const embedded = await openEmbeddedStore(folder);
  try {
    const units = new Map<ItemKind, Units>();
    const largest = { kilobytes: 0 };
    const client = meteredClient(watched(embedded.client, largest), units);
    const atMs = BENCH_START_MS + PAYLOADS * PAYLOAD_EVERY_MS;
    const stores = dynamoStores({ client, tables: embedded.tables, nowMs: () => atMs });
    const plans = planRules(rules);
    const targets = targetsByRule(plans);
    let containers: SettledWindows[] = [];
    for (let at = 0; at < payloads; at += 1) {
      if (at % CONTAINER_LIVES === 0)
        containers = Array.from({ length: CONTAINERS }, () => new SettledWindows());
      const settled = containers[at % CONTAINERS] ?? new SettledWindows();
      const pending = new PendingWindows(nodeDigest, new Sampler(nodeDigest, 'bench'));
      const events = eventsOf(at);
      for (const [place, event] of events.entries())
        for (const target of targets.get(['a', 'a', 'a', 'b', 'c'][place % 5] ?? 'a') ?? [])
          pending.add(target, event);
      const newestMs = events.at(-1)?.timeMs ?? 0;
      const arrival = { kind: 'live', atMs: newestMs } as const;
      await recordAllWindows({ pending, plans, stores, settled, digest: nodeDigest, arrival, newestMs });
    }
    const kinds = [...units].map(([kind, { writes }]) => `${kind} ${(writes / payloads).toFixed(3)}`);
    const writes = [...units.values()].reduce((sum, each) => sum + each.writes, 0);
    return [
      {
        name: `${name}: largest item`,
        value: largest.kilobytes,
        unit: 'KB',
        target: { of: 'value', is: 'at-most', limit: 64 },
      },
      { name: `${name}: write units`, value: writes / payloads, unit: 'WU/payload', note: kinds.join(', ') },
    ];
  } finally {
    await embedded.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function eventsOf(payload: number): readonly WindowEvent[] {
  return Array.from({ length: EVENTS_A_PAYLOAD }, (_, place) => {
    const number = payload * EVENTS_A_PAYLOAD + place;
    // A multiplier that mixes: sizes and paths of all kinds, the same in every run.
    const mixed = Math.imul(number + 1, 0x9e3779b1) >>> 0;
    const fields: Readonly<Record<string, string | number>> = {
      user: 'hot',
      size: mixed % 1000,
      path: `/items/${mixed % 5000}`,
    };
    const field = (name: string) => fields[name];
    const timeMs =
      BENCH_START_MS + payload * PAYLOAD_EVERY_MS + Math.floor((place * PAYLOAD_EVERY_MS) / EVENTS_A_PAYLOAD);
    return { id: `event-${number}`, timeMs, field, groupField: field, json: () => JSON.stringify(fields) };
  });
}

/** The client, but the size of every item that an update answers with is looked at. */
function watched(client: DynamoDBClient, largest: { kilobytes: number }): DynamoDBClient {
  const send = client.send.bind(client) as (...args: unknown[]) => Promise<{ readonly Attributes?: Item }>;
  return Object.create(client, {
    send: {
      value: async (...args: unknown[]) => {
        const answer = await send(...args);
        if (answer.Attributes !== undefined)
          largest.kilobytes = Math.max(largest.kilobytes, writeUnits(answer.Attributes));
        return answer;
      },
    },
  }) as DynamoDBClient;
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dynamoStores } from '../../../adapters/dynamodb/stores.js';
import { openEmbeddedStore } from '../../../adapters/embedded/embedded-store.js';
import type { Figure, Section } from '../figure.js';
import { benchNowMs, CALLERS, callersLines, ingestContainer } from '../pipeline/ingest-container.js';
import { toLambdaEvents } from '../pipeline/payloads.js';
import { type ItemKind, meteredClient, type Units } from '../pipeline/units-by-item.js';

/** Payloads measured, by calls a payload; a quarter as many before them let the container learn what it then remembers. */
const PAYLOADS: readonly (readonly [size: number, payloads: number])[] = [
  [1, 1_000],
  [10, 400],
  [100, 80],
  [1000, 20],
];

/** The ingest handler over the embedded store: calls a second, and the write units that DynamoDB would charge. */
export async function storesSection(scale: number): Promise<Section> {
  const figures: Figure[] = [];
  for (const [size, most] of PAYLOADS)
    figures.push(...(await measureSize(size, Math.max(8, Math.round(most * scale)))));
  return { title: `Ingest handler over the embedded store, ${CALLERS} callers, all shipped rules`, figures };
}

async function measureSize(size: number, payloads: number): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden-bench-'));
  const embedded = await openEmbeddedStore(folder);
  try {
    const units = new Map<ItemKind, Units>();
    const client = meteredClient(embedded.client, units);
    const stores = dynamoStores({ client, tables: embedded.tables, nowMs: benchNowMs });
    const handler = await ingestContainer(stores, () => undefined);
    const before = Math.ceil(payloads / 4);
    const events = toLambdaEvents(callersLines((payloads + before) * size), size);
    for (const event of events.slice(0, before)) await handler(event);
    units.clear();
    const startMs = performance.now();
    for (const event of events.slice(before)) await handler(event);
    const calls = (events.length - before) * size;
    const seconds = (performance.now() - startMs) / 1000;
    const name = `${size} ${size === 1 ? 'call' : 'calls'} a payload`;
    return [
      { name: `handler, ${name}`, value: calls / seconds, unit: 'calls/s' },
      ...unitFigures(units, calls, size),
    ];
  } finally {
    await embedded.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Segments and their heads are what the trail costs; everything else is what detection, inventory and upkeep cost. */
function unitFigures(units: ReadonlyMap<ItemKind, Units>, calls: number, size: number): readonly Figure[] {
  const perCall = (wanted: (kind: ItemKind) => boolean): number =>
    [...units].reduce((sum, [kind, { writes }]) => sum + (wanted(kind) ? writes : 0), 0) / calls;
  const isSegment = (kind: ItemKind) => kind === 'Trail SEG' || kind === 'Trail HEAD';
  const others = [...units.keys()]
    .filter((kind) => !isSegment(kind) && perCall((one) => one === kind) > 0)
    .map((kind) => `${kind} ${perCall((one) => one === kind).toFixed(4)}`);
  const name = `${size} ${size === 1 ? 'call' : 'calls'} a payload`;
  const target = (limit: number) =>
    size === 100 ? { target: { of: 'value', is: 'at-most', limit } as const } : {};
  return [
    {
      name: `write units, segments and heads, ${name}`,
      value: perCall(isSegment),
      unit: 'WU/call',
      ...target(0.08),
    },
    {
      name: `write units, everything else, ${name}`,
      value: perCall((kind) => !isSegment(kind)),
      unit: 'WU/call',
      ...target(0.05),
      note: others.join(', ') || 'none',
    },
  ];
}

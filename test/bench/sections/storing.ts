import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dynamoStores } from '../../../adapters/dynamodb/stores.js';
import { openEmbeddedStore } from '../../../adapters/embedded/embedded-store.js';
import type { Figure, Section } from '../figure.js';
import { chargesPerMillion, payloadsTogether, type Usage } from '../pipeline/aws-charges.js';
import { benchNowMs, CALLERS, callersLines, ingestContainer } from '../pipeline/ingest-container.js';
import { instantStores } from '../pipeline/instant-stores.js';
import { type LambdaEvent, toKinesisEvents, toLambdaEvents } from '../pipeline/payloads.js';
import { countingClient } from '../pipeline/round-trips.js';

/**
 * Payloads measured, by calls a payload, and how many before them warm up, whatever the scale: a container lives for hours, and in
 * its first few hundred payloads runs code that the engine has not compiled yet (the first one of all has a figure of its own).
 */
const PAYLOADS: readonly (readonly [size: number, payloads: number, before: number])[] = [
  [1, 800, 1_500],
  [10, 400, 800],
  [100, 120, 400],
  [1000, 40, 60],
];
const CPU_LIMIT: Readonly<Record<number, number>> = { 100: 15, 1000: 6 };
const DOLLAR_LIMIT = { direct: 0.15, buffered: 0.12 } as const;
const SLICES = 8;

/**
 * What storing takes of the ingest function's processor time: the handler over the SDK's client and a store in another
 * process, less the same handler over stores that do nothing. Without TLS, which Lambda has besides. And what AWS
 * would charge for all of it.
 */
export async function storingSection(scale: number, holder: string): Promise<Section> {
  const cpu: Figure[] = [];
  const charges: Figure[] = [];
  for (const [size, most, before] of PAYLOADS) {
    const payloads = Math.max(5 * SLICES, Math.round(most * scale));
    const direct = await measureSize({ size, payloads, before, together: 1 }, holder);
    cpu.push(cpuFigure(size, direct));
    if (size !== 10 && size !== 100) continue;
    const buffered = await measureSize({ size, payloads, before, together: payloadsTogether(size) }, holder);
    charges.push(chargeFigure(direct, 'direct'), chargeFigure(buffered, 'buffered'));
  }
  return {
    title: `Storing, ${CALLERS} callers, all shipped rules: CPU and charges`,
    figures: [...cpu, ...charges],
  };
}

interface Measured extends Usage {
  readonly withoutStoresSeconds: number;
  /** Of `processorSeconds`: the system's own, for sockets above all. */
  readonly systemSeconds: number;
  readonly requests: number;
}

interface Payloads {
  readonly size: number;
  readonly payloads: number;
  readonly before: number;
  /** How many come in one Kinesis event; 1: each in an event of its own, without Kinesis. */
  readonly together: number;
}

async function measureSize(
  { size, payloads, before, together }: Payloads,
  holder: string,
): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden-bench-'));
  const other = await holdInOtherProcess(holder, folder);
  const embedded = await openEmbeddedStore(folder);
  try {
    if (embedded.role() !== 'guest') throw new Error('the store is in this process');
    const counts = { requests: 0, waits: 0, trailBytes: 0 };
    const units = { read: 0, write: 0 };
    let logBytes = 0;
    const stores = dynamoStores({
      client: countingClient(embedded.client, counts),
      tables: embedded.tables,
      nowMs: benchNowMs,
      meter: ({ kind, units: charged }) => {
        units[kind] += charged;
      },
    });
    const storing = await ingestContainer(stores, (line) => {
      logBytes += Buffer.byteLength(line);
    });
    const instant = await ingestContainer(instantStores(), () => undefined);

    const all = toLambdaEvents(callersLines((payloads + before) * size), size);
    const batches = (some: readonly LambdaEvent[]): readonly unknown[] =>
      together === 1 ? some : toKinesisEvents(some, together);
    for (const event of batches(all.slice(0, before)))
      for (const handler of [storing, instant]) await handler(event);
    Object.assign(counts, { requests: 0, waits: 0, trailBytes: 0 });
    Object.assign(units, { read: 0, write: 0 });
    logBytes = 0;
    const measured = batches(all.slice(before));
    const [withStores, withoutStores] = await secondsInTurn([storing, instant], measured);
    const calls = measured.length * together * size;
    return {
      size,
      processorSeconds: (withStores.user + withStores.system) / calls,
      systemSeconds: withStores.system / calls,
      withoutStoresSeconds: (withoutStores.user + withoutStores.system) / calls,
      requests: counts.requests / payloads,
      waits: counts.waits / calls,
      trailBytes: counts.trailBytes / calls,
      writeUnits: units.write / calls,
      readUnits: units.read / calls,
      logBytes: logBytes / calls,
      payloadBytes: packedBytes(all.slice(before, before + measured.length * together)) / calls,
    };
  } finally {
    await embedded.close();
    other.kill();
    await once(other, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
}

type Handler = (event: unknown) => Promise<unknown>;

/** Processor seconds of each, by turns over slices, so that what else the machine does strikes both alike. */
async function secondsInTurn(
  [first, second]: readonly [Handler, Handler],
  events: readonly unknown[],
): Promise<readonly [NodeJS.CpuUsage, NodeJS.CpuUsage]> {
  const used: [NodeJS.CpuUsage, NodeJS.CpuUsage] = [
    { user: 0, system: 0 },
    { user: 0, system: 0 },
  ];
  const sliceSize = Math.ceil(events.length / SLICES);
  for (let from = 0; from < events.length; from += sliceSize) {
    for (const [handler, total] of [
      [first, used[0]],
      [second, used[1]],
    ] as const) {
      const before = process.cpuUsage();
      for (const event of events.slice(from, from + sliceSize)) await handler(event);
      const { user, system } = process.cpuUsage(before);
      total.user += user / 1e6;
      total.system += system / 1e6;
    }
  }
  return used;
}

async function holdInOtherProcess(script: string, folder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.stdout === null) throw new Error('no output');
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('the store ended'))),
  ]);
  return child;
}

function packedBytes(events: readonly LambdaEvent[]): number {
  return events.reduce((sum, { awslogs: { data } }) => sum + Buffer.byteLength(data, 'base64'), 0);
}

function cpuFigure(size: number, measured: Measured): Figure {
  const { processorSeconds, withoutStoresSeconds, systemSeconds, requests } = measured;
  const limit = CPU_LIMIT[size];
  return {
    name: `CPU of storing, ${size} ${size === 1 ? 'call' : 'calls'} a payload`,
    value: (processorSeconds - withoutStoresSeconds) * 1e6,
    unit: 'µs/call',
    ...(limit !== undefined && { target: { of: 'value', is: 'at-most', limit } }),
    note: `${requests.toFixed(1)} requests a payload, ${(systemSeconds * 1e6).toFixed(1)} µs/call in the system; all else ${(withoutStoresSeconds * 1e6).toFixed(1)} µs/call`,
  };
}

function chargeFigure(usage: Usage, way: 'direct' | 'buffered'): Figure {
  const charges = chargesPerMillion(usage, way);
  const parts = Object.entries(charges).sort(([, a], [, b]) => b - a);
  return {
    name: `AWS charges, ${way}, ${usage.size} calls a payload, without the user's own log`,
    value: parts.reduce((sum, [, dollars]) => sum + dollars, 0),
    unit: '$/million',
    ...(usage.size === 100 && { target: { of: 'value', is: 'at-most', limit: DOLLAR_LIMIT[way] } }),
    note: parts.map(([name, dollars]) => `${name} ${dollars.toFixed(4)}`).join(', '),
  };
}

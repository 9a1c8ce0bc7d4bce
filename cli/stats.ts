import { Command } from 'commander';
import type { Stores } from '../adapters/dynamodb/stores.js';
import { amount, size } from './amount.js';
import { type CliIo, UsageError, write } from './cli-io.js';
import { wholeNumber } from './number-option.js';
import { type OpenStores, openStores as openPlace } from './open-stores.js';
import { type PlaceOptions, withPlace } from './place-options.js';
import { type Column, renderTable, tableStyle } from './table.js';

interface StatsOptions extends PlaceOptions {
  readonly days: string;
  readonly failOn?: string;
  readonly json?: true;
}

const DAY_MS = 86_400_000;
const DAYS_MAX = 400;

/** The counters that the table shows, in its order; `--json` has all there are. */
const SHOWN = ['calls', 'duplicates', 'rejected', 'recovered', 'late', 'alerts', 'writeUnits'] as const;

/** Every counter there is. */
const COUNTERS: ReadonlySet<string> = new Set([
  ...SHOWN,
  'records',
  'poison',
  'unkept',
  'payloads',
  'segments',
  'endpoints',
  'control',
  'givenBack',
]);

const EXAMPLES = `
Examples:
  $ gatewarden stats
  $ gatewarden stats --days 30 --json
  $ gatewarden stats --fail-on rejected,late
  $ gatewarden stats --stack gatewarden

Days are UTC days of arrival. Calls: read and stored, those that had come before among them (duplicates). Rejected: records
that no format reads. Recovered: calls from lines that had to be mended. Late: too old to be judged, in the trail all the same.
Write units: what DynamoDB would charge.`;

/** `gatewarden stats`: what came in, day by day, and what it takes to keep. */
export function statsCommand(io: CliIo, openStores: OpenStores = openPlace): Command {
  return withPlace(new Command('stats'))
    .description('calls, rejections, alerts and write units per day; size of the trail')
    .option('--days <n>', `how many days back, today among them (1 to ${DAYS_MAX})`, '7')
    .option('--fail-on <counters>', 'exit with 1 when one of these is not 0 (comma-separated)')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action((options: StatsOptions) => stats(options, io, openStores));
}

type Counts = Readonly<Record<string, number>>;

interface Day {
  readonly day: string;
  readonly counters: Counts;
}

interface TrailSize {
  readonly segments: number;
  readonly calls: number;
  readonly bytes: number;
}

async function stats(options: StatsOptions, io: CliIo, openStores: OpenStores): Promise<void> {
  const count = wholeNumber('--days', options.days, 1, DAYS_MAX);
  const failOn = (options.failOn ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const unknown = failOn.filter((name) => !COUNTERS.has(name));
  if (unknown.length > 0)
    throw new UsageError(
      `--fail-on: seen ${unknown.join(', ')}, expected some of ${[...COUNTERS].join(', ')}`,
    );
  const nowMs = io.nowMs();
  const opened = await openStores(options, () => nowMs);
  try {
    const days = await readDays(opened.stores, nowMs, count);
    const totals = sumUp(days);
    const trail = await readTrail(opened.stores, nowMs);
    if (options.json) await write(io.stdout, `${JSON.stringify({ days, totals, trail }, undefined, 2)}\n`);
    else await printTables(io, days, totals, trail);
    if (failOn.some((name) => (Object.hasOwn(totals, name) ? (totals[name] ?? 0) : 0) > 0)) io.setExitCode(1);
  } finally {
    await opened.close();
  }
}

/** Oldest first; the shown counters are always there. */
async function readDays(stores: Stores, nowMs: number, count: number): Promise<readonly Day[]> {
  const todayMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const days: Day[] = [];
  for (let back = count - 1; back >= 0; back--) {
    const dayMs = todayMs - back * DAY_MS;
    const counters = await stores.state.counts(dayMs);
    days.push({
      day: new Date(dayMs).toISOString().slice(0, 10),
      counters: { ...NONE, ...sorted(counters) },
    });
  }
  return days;
}

const NONE: Counts = Object.fromEntries(SHOWN.map((name) => [name, 0]));

function sorted(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sumUp(days: readonly Day[]): Counts {
  const totals = new Map<string, number>();
  for (const { counters } of days) {
    for (const [name, count] of Object.entries(counters)) totals.set(name, (totals.get(name) ?? 0) + count);
  }
  return Object.fromEntries(totals);
}

/** Everything that has not expired, whatever its day. */
async function readTrail({ trail }: Stores, nowMs: number): Promise<TrailSize> {
  let segments = 0;
  let calls = 0;
  let bytes = 0;
  for (const stage of await trail.stages()) {
    for await (const { hourMs, shards } of trail.hours(stage, 0, nowMs + DAY_MS)) {
      const scope = { ...stage, fromMs: hourMs, toMs: hourMs + 3_599_999, shards };
      for await (const head of trail.heads(scope)) {
        segments += 1;
        calls += head.calls;
        bytes += head.sizeBytes;
      }
    }
  }
  return { segments, calls, bytes };
}

const TITLES: Readonly<Record<(typeof SHOWN)[number], string>> = {
  calls: 'CALLS',
  duplicates: 'DUPLICATES',
  rejected: 'REJECTED',
  recovered: 'RECOVERED',
  late: 'LATE',
  alerts: 'ALERTS',
  writeUnits: 'WRITE UNITS',
};

async function printTables(io: CliIo, days: readonly Day[], totals: Counts, trail: TrailSize): Promise<void> {
  const row = (title: string, counts: Counts): string[] => [
    title,
    ...SHOWN.map((name) => number(counts[name] ?? 0)),
  ];
  const busy = days.filter(({ counters }) => Object.values(counters).some((count) => count !== 0));
  const rows = [
    ...busy.map(({ day, counters }) => row(day, counters)),
    ...(busy.length === 1 ? [] : [row('total', totals)]),
  ];
  const span = `${days[0]?.day ?? ''} to ${days.at(-1)?.day ?? ''}`;
  await write(
    io.stdout,
    busy.length === 0 ? `Nothing came in from ${span}\n` : renderTable(COLUMNS, rows, tableStyle(io)),
  );
  const perCall = trail.calls === 0 ? '' : `, ${(trail.bytes / trail.calls).toFixed(1)} bytes a call`;
  await write(
    io.stdout,
    `\nTrail: ${amount(trail.calls, 'call')} in ${amount(trail.segments, 'segment')}, ${size(trail.bytes)}${perCall}\n`,
  );
}

const COLUMNS: readonly Column[] = [
  { title: 'ARRIVED' },
  ...SHOWN.map(
    (name): Column => ({
      title: TITLES[name],
      align: 'right',
      paint: (text, cell, colours) =>
        cell !== '0' && (name === 'rejected' || name === 'alerts') ? colours.yellow(text) : text,
    }),
  ),
];

/** Write units come in halves. */
const number = (value: number): string => (Math.round(value * 10) / 10).toLocaleString('en-US');

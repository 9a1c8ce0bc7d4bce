import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import { openDemoSystem } from '../demo/demo-system.js';
import { renderReport } from '../demo/report.js';
import { toResultJson } from '../demo/result-json.js';
import { runDemo } from '../demo/run-demo.js';
import type { TrafficOptions } from '../demo/traffic.js';
import { checked } from './checked.js';
import { type CliIo, printable, UsageError, write } from './cli-io.js';
import { textWidth } from './fitted.js';
import { progressLine } from './progress-line.js';

interface DemoOptions {
  readonly seed: string;
  readonly days: string;
  readonly calls: string;
  readonly start?: string;
  readonly data?: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  $ gatewarden demo
  $ gatewarden demo --seed 7 --days 1 --calls 50000 --json
  $ gatewarden demo --data .gatewarden-demo

Simulates a retailer's fourteen APIs with their users, eight attacks and nine things that only look like attacks, and
feeds their access logs to the same function that runs on AWS, in the shape of CloudWatch Logs subscription payloads.
Then it compares the alerts with what really happened. The same seed and start give the same traffic, byte for byte.
Without --data everything is written to a folder that is removed at the end; with it, rules and settings in the folder
config below it are in force.`;

const DAY_MS = 86_400_000;

/** `gatewarden demo`: the whole product on simulated traffic of which the truth is known. */
export function demoCommand(io: CliIo): Command {
  return new Command('demo')
    .description('run everything on simulated traffic and compare what was found with what happened')
    .option('--seed <n>', 'another seed, other ids, addresses, targets and intensities', '1')
    .option('--days <n>', 'days to simulate', '2')
    .option('--calls <n>', 'calls to simulate, roughly', '150000')
    .option('--start <date>', 'first day, as 2026-03-02 (default: so that the last day was yesterday)')
    .option('--data <dir>', 'keep the data in this folder, to look at with the other commands')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action((options: DemoOptions) => demo(options, io));
}

async function demo(options: DemoOptions, io: CliIo): Promise<void> {
  const traffic = parseOptions(options, io.nowMs());
  const folder = options.data ?? (await mkdtemp(join(tmpdir(), 'gatewarden-demo-')));
  const progress = progressLine(io);
  const startedMs = io.nowMs();
  let close: () => Promise<void> = async () => undefined;
  try {
    const result = await runDemo(
      traffic,
      async (configuration) => {
        const system = await openDemoSystem(folder, configuration, {
          nowMs: io.nowMs,
          onProblems: (lines) => void io.stderr.write(`${lines.map(printable).join('\n')}\n`),
        });
        close = system.close;
        return system;
      },
      ({ done, calls, alerts }) =>
        progress.show(done, `${calls.toLocaleString('en-US')} calls  ${alerts} alerts`),
    );
    const elapsedMs = io.nowMs() - startedMs;
    progress.clear();
    await write(
      io.stdout,
      options.json === true
        ? `${JSON.stringify(toResultJson(result, elapsedMs), undefined, 2)}\n`
        : renderReport(result, {
            palette: palette(io),
            widthColumns: textWidth(io),
            elapsedMs,
          }),
    );
  } finally {
    await close();
    if (options.data === undefined) await rm(folder, { recursive: true, force: true });
  }
}

function parseOptions(options: DemoOptions, nowMs: number): TrafficOptions {
  const { startMs, ...numbers } = checked({
    days: () => parseNumber('--days', options.days, 0.25, 365),
    seed: () => Math.trunc(parseNumber('--seed', options.seed, 0, 4_294_967_295)),
    calls: () => Math.trunc(parseNumber('--calls', options.calls, 1000, 100_000_000)),
    startMs: () => (options.start === undefined ? undefined : parseDay(options.start)),
  });
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
  return { ...numbers, startMs: startMs ?? today - Math.ceil(numbers.days) * DAY_MS };
}

function parseDay(text: string): number {
  const dayMs = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(dayMs)) throw new UsageError(`--start: seen ${text}, expected a day such as 2026-03-02`);
  return dayMs;
}

function parseNumber(name: string, text: string, least: number, most: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= least && value <= most))
    throw new UsageError(`${name}: seen ${text}, expected a number from ${least} to ${most}`);
  return value;
}

function palette(io: CliIo) {
  const isColoured = io.stdout.isTTY === true && io.env['NO_COLOR'] === undefined;
  const { bold, dim, green, red, yellow } = pc.createColors(isColoured);
  return { bold, dim, good: green, bad: red, warn: yellow };
}

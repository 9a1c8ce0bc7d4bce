import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { generateLines } from '../../../demo/generate-lines.js';
import type { Figure, Section } from '../figure.js';
import { BENCH_START_MS, type BenchFormat, FULL, LEAN } from '../pipeline/payloads.js';

const LINES = 400_000;
/** Fewer would measure how long the process takes to start. */
const LINES_LEAST = 100_000;
const MEMORY_LINES = 5_000_000;

/** `gatewarden ingest` as a user runs it, on files: process start, store and all. */
export async function ingestSection(scale: number, cli: string): Promise<Section> {
  const figures: Figure[] = [];
  for (const format of [FULL, LEAN]) {
    const folder = mkdtempSync(join(tmpdir(), 'gatewarden-bench-'));
    try {
      const file = join(folder, 'access.log');
      const lines = Math.max(LINES_LEAST, Math.round(LINES * scale));
      const stream = createWriteStream(file);
      await writeLines(stream, format, lines);
      const run = await ingest(cli, folder, file, format);
      figures.push({
        name: `gatewarden ingest, ${format.name} format, ${lines} lines`,
        value: run.calls / run.seconds,
        unit: 'calls/s',
        target: { of: 'value', is: 'at-least', limit: 30_000 },
        note: `${run.seconds.toFixed(1)} s on the clock; ${Math.round(run.calls / run.processorSeconds)} calls a second of processor time, ${run.peakMb.toFixed(0)} MB`,
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return { title: 'Whole process over the embedded store', figures };
}

/** The most memory that ingesting five million lines from a pipe takes. */
export async function memorySection(scale: number, cli: string): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden-bench-'));
  try {
    const lines = Math.max(50_000, Math.round(MEMORY_LINES * scale));
    const run = await ingest(cli, folder, '-', FULL, lines);
    return {
      title: 'Memory',
      figures: [
        {
          name: `peak of gatewarden ingest -, ${lines} lines`,
          value: run.peakMb,
          unit: 'MB',
          target: { of: 'value', is: 'at-most', limit: 300 },
          note: `${run.calls} calls at ${Math.round(run.calls / run.seconds)}/s`,
        },
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Run {
  readonly calls: number;
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly peakMb: number;
}

async function ingest(
  cli: string,
  folder: string,
  file: string,
  format: BenchFormat,
  linesToPipe = 0,
): Promise<Run> {
  const formatFile = join(folder, 'format.txt');
  writeFileSync(formatFile, format.text);
  const startMs = performance.now();
  const child = spawn(
    process.execPath,
    [
      cli,
      'ingest',
      file,
      '--format',
      `@${formatFile}`,
      '--api-type',
      format.apiType,
      '--api-id',
      'benchbench',
    ].concat(['--stage', 'prod', '--data', join(folder, 'data'), '--json']),
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  let usage: Usage = { peakMb: 0, processorSeconds: 0 };
  const watch = setInterval(() => {
    usage = readUsage(child.pid) ?? usage;
  }, 50);
  const exited = once(child, 'exit');
  try {
    if (linesToPipe > 0) await writeLines(child.stdin, format, linesToPipe);
    else child.stdin.end();
    const [code] = (await exited) as [number | null];
    if (code !== 0) throw new Error(`gatewarden ingest ended with ${code}: ${printed.slice(0, 2_000)}`);
  } finally {
    clearInterval(watch);
    if (child.exitCode === null) child.kill();
  }
  const seconds = (performance.now() - startMs) / 1000;
  const result = JSON.parse(printed) as { readonly calls: number };
  return { calls: result.calls, seconds, ...usage };
}

interface Usage {
  readonly peakMb: number;
  readonly processorSeconds: number;
}

const TICKS_PER_SECOND = 100;

/** From /proc: the peak of the resident set and the time used. `undefined` where there is no /proc, or the process has gone. */
function readUsage(pid: number | undefined): Usage | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
    // The name of the command may hold spaces; what follows its bracket is plain.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    if (peak === undefined) return undefined;
    return {
      peakMb: Number(peak) / 1024,
      processorSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    };
  } catch {
    return undefined;
  }
}

async function writeLines(stream: Writable, format: BenchFormat, lines: number): Promise<void> {
  const options = { format: format.text, apiType: format.apiType, seed: 5, startMs: BENCH_START_MS };
  let piece: string[] = [];
  for (const line of generateLines({ ...options, calls: lines })) {
    piece.push(line);
    if (piece.length < 500) continue;
    if (!stream.write(`${piece.join('\n')}\n`)) await once(stream, 'drain');
    piece = [];
  }
  if (piece.length > 0) stream.write(`${piece.join('\n')}\n`);
  stream.end();
  if (!stream.writableFinished) await once(stream, 'finish');
}

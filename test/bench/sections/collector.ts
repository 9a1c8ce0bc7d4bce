import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TABLES } from '../../../adapters/dynamodb/table-schema.js';
import type { Figure, Section } from '../figure.js';
import { median } from '../measure.js';
import { benchLines, FULL, toLambdaEvents } from '../pipeline/payloads.js';

const ROUNDS = 11;

/**
 * What a fresh container waits for: the size of what it loads, the time that loading takes beside a bare Node, and its first batch of
 * 100 calls, without the stores, in code that has run no more than starting runs it. `bundle` is the folder of the function as it is deployed.
 */
export function collectorSection(bundle: string, firstBatch: string): Section {
  const { bare, loaded } = startTimes(bundle);
  const first = firstBatchMs(firstBatch);
  const figures: Figure[] = [
    {
      name: 'loaded at start',
      value:
        [...loadedFiles(bundle)].reduce((sum, name) => sum + statSync(join(bundle, name)).size, 0) / 1000,
      unit: 'KB',
      target: { of: 'value', is: 'at-most', limit: 650 },
    },
    {
      name: 'INIT above a bare Node',
      value: loaded - bare,
      unit: 'ms',
      target: { of: 'value', is: 'at-most', limit: 80 },
      note: `a bare Node takes ${bare.toFixed(0)} ms`,
    },
    {
      name: 'first batch of 100 calls, no stores',
      value: first.gatewarden.clockMs,
      unit: 'ms',
      beside: {
        name: 'straightforward',
        value: first.straightforward.clockMs,
        ratio: first.straightforward.clockMs / first.gatewarden.clockMs,
      },
      target: { of: 'value', is: 'at-most', limit: 10 },
      note: `${first.gatewarden.processorMs.toFixed(1)} ms of processor time, what compiles beside it included`,
    },
  ];
  return { title: 'Collector function, cold', figures };
}

/** Processor time of whole processes in turn: one that does nothing, and one that loads the function. */
function startTimes(bundle: string): { readonly bare: number; readonly loaded: number } {
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden-bench-'));
  try {
    const print =
      "import process from 'node:process';const u=process.cpuUsage();console.log((u.user+u.system)/1000);process.exit(0);";
    const bare = join(folder, 'bare.mjs');
    const loaded = join(folder, 'loaded.mjs');
    writeFileSync(bare, print);
    const entry = JSON.stringify(pathToFileURL(join(bundle, 'index.mjs')).href);
    writeFileSync(loaded, print.replace('const u=', `await import(${entry});const u=`));
    const rounds = Array.from({ length: ROUNDS }, () => [runMs(bare), runMs(loaded)] as const);
    return { bare: median(rounds.map(([ms]) => ms)), loaded: median(rounds.map(([, ms]) => ms)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runMs(script: string): number {
  const tables = Object.fromEntries(
    TABLES.map((table) => [`GATEWARDEN_${table.toUpperCase()}_TABLE`, table]),
  );
  const env = { ...process.env, ...tables, AWS_REGION: 'eu-west-1' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the function does not load: ${stderr}`);
  return Number(stdout);
}

interface FirstBatch {
  readonly clockMs: number;
  readonly processorMs: number;
}

function firstBatchMs(script: string): {
  readonly gatewarden: FirstBatch;
  readonly straightforward: FirstBatch;
} {
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden-bench-'));
  try {
    const [event] = toLambdaEvents(benchLines(FULL, 100), 100);
    const file = join(folder, 'event.json');
    writeFileSync(file, JSON.stringify(event));
    const run = (who: string): FirstBatch => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [script, file, who], {
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`the first batch failed: ${stderr}`);
      return JSON.parse(stdout) as FirstBatch;
    };
    const middle = (all: readonly FirstBatch[]): FirstBatch => ({
      clockMs: median(all.map(({ clockMs }) => clockMs)),
      processorMs: median(all.map(({ processorMs }) => processorMs)),
    });
    const rounds = Array.from({ length: ROUNDS }, () => [run('gatewarden'), run('straightforward')] as const);
    return {
      gatewarden: middle(rounds.map(([ours]) => ours)),
      straightforward: middle(rounds.map(([, theirs]) => theirs)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The files that run before the handler does: what `import(…)` loads comes later, if ever. */
function loadedFiles(folder: string, name = 'index.mjs', seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  const text = readFileSync(join(folder, name), 'utf8');
  for (const [, chunk] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.mjs)"/g))
    if (chunk !== undefined) loadedFiles(folder, chunk, seen);
  return seen;
}

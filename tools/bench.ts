import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { bundleFunction } from '../lib/bundle-function.js';
import { type Figure, failsBadly, isMet, type Section } from '../test/bench/figure.js';

/**
 * `npm run bench [-- --json] [--only a,b] [--memory]`: builds what runs on AWS and on a laptop, measures it, and prints every figure
 * beside its target. GATEWARDEN_BENCH_SCALE from 0.05 to 1 (default 0.25) scales the size. Fails only where a ratio
 * within the run is far below its target: absolute figures depend on the machine.
 */
const SECTIONS = [
  'pipeline-full',
  'pipeline-lean',
  'rules',
  'trail',
  'stores',
  'storing',
  'hot-group',
  'ingest',
  'collector',
  'memory',
];
/** One for each run: two at once must not take what they measure from each other. */
const HOME = resolve(`node_modules/.cache/gatewarden-bench-${process.pid}`);
process.on('exit', () => rmSync(HOME, { recursive: true, force: true }));

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, only: { type: 'string' }, memory: { type: 'boolean' } },
});
const scale = scaleOf(process.env['GATEWARDEN_BENCH_SCALE']);
const wanted = values.memory === true ? ['memory'] : (values.only?.split(',') ?? SECTIONS);
const built = await buildAll();
const sections: Section[] = [];
if (values.json !== true)
  console.log(`scale ${scale}, Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}`);
for (const name of wanted) {
  const section = runSection(name);
  sections.push(section);
  if (values.json !== true) console.log(`\n${section.title}\n${section.figures.map(describe).join('\n')}`);
}
const failed = sections.flatMap(({ figures }) => figures).filter(failsBadly);
if (values.json === true)
  console.log(JSON.stringify({ scale, node: process.version, sections }, undefined, 2));
else if (failed.length > 0)
  console.log(`\nfar below the target: ${failed.map(({ name }) => name).join('; ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;

/** As the package and the CDK build them; the cache lies where imports of dependencies still resolve. */
async function buildAll(): Promise<Readonly<Record<string, string>>> {
  rmSync(HOME, { recursive: true, force: true });
  mkdirSync(HOME, { recursive: true });
  await build({
    entryPoints: {
      gatewarden: 'bin/gatewarden.ts',
      'run-section': 'test/bench/run-section.ts',
      'first-batch': 'test/bench/first-batch.ts',
      'hold-folder': 'test/support/dynamo/hold-folder.ts',
    },
    outdir: HOME,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    splitting: true,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    logLevel: 'warning',
  });
  bundleFunction('lambdas/ingest/index.ts', join(HOME, 'ingest'));
  return {
    cli: join(HOME, 'gatewarden.mjs'),
    collector: join(HOME, 'ingest'),
    firstBatch: join(HOME, 'first-batch.mjs'),
    holder: join(HOME, 'hold-folder.mjs'),
  };
}

function runSection(name: string): Section {
  const script = join(HOME, 'run-section.mjs');
  // One core: a collector of its own would do part of the work beside what is measured.
  const flags = ['--single-threaded-gc'];
  const { status, stdout } = spawnSync(
    process.execPath,
    [...flags, script, name, String(scale), JSON.stringify(built)],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 64 * 1024 * 1024 },
  );
  if (status !== 0) throw new Error(`the section ${name} failed`);
  return JSON.parse(stdout) as Section;
}

function describe(figure: Figure): string {
  const { name, value, unit, beside, target, note } = figure;
  const met = isMet(figure);
  const parts = [`  ${name.padEnd(66)} ${rounded(value).padStart(9)} ${unit.padEnd(8)}`];
  if (beside !== undefined)
    parts.push(`${beside.ratio.toFixed(2)}x ${beside.name} (${rounded(beside.value)})`);
  if (target !== undefined) {
    const limit = target.of === 'ratio' ? `${target.limit}x` : rounded(target.limit);
    parts.push(`${met === true ? 'met' : 'MISSED'}: ${target.is === 'at-least' ? '≥' : '≤'} ${limit}`);
  }
  if (note !== undefined) parts.push(`[${note}]`);
  return parts.join('  ');
}

function rounded(value: number): string {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 1 : 4);
}

function scaleOf(text: string | undefined): number {
  const given = text === undefined ? 0.25 : Number(text);
  if (!(given >= 0.05 && given <= 1))
    throw new Error(`GATEWARDEN_BENCH_SCALE must be from 0.05 to 1, not ${text}`);
  return given;
}

import { readFileSync } from 'node:fs';
import { nodeCompression } from '../../adapters/node/node-compression.js';
import { nodeDigest } from '../../adapters/node/node-digest.js';
import { shippedRules } from '../../adapters/shipped/shipped-rules.js';
import { warmUp } from '../../core/ingest/warm-up.js';
import { OurPipeline } from './pipeline/our-pipeline.js';
import { FULL, type LambdaEvent } from './pipeline/payloads.js';
import { gzipOfJsonLines, StraightforwardState, straightforwardDecode } from './pipeline/straightforward.js';

/**
 * Prints, as JSON, the milliseconds that the first batch takes in a fresh process, on the clock and of processor time: decoding, detecting
 * and encoding, after what the function does while it starts. `first-batch.mjs EVENT gatewarden|straightforward`.
 */
const [file = '', who] = process.argv.slice(2);
const event = JSON.parse(readFileSync(file, 'utf8')) as LambdaEvent;
const run = who === 'straightforward' ? straightforward : await gatewarden();
const before = process.cpuUsage();
const startMs = performance.now();
run();
const clockMs = performance.now() - startMs;
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ clockMs, processorMs: (user + system) / 1000 }));

async function gatewarden(): Promise<() => unknown> {
  await warmUp({ compression: nodeCompression, digest: nodeDigest });
  const pipeline = await OurPipeline.of(FULL, shippedRules);
  return () => pipeline.record(event);
}

function straightforward(): unknown {
  const state = new StraightforwardState();
  const calls = straightforwardDecode(event, FULL);
  for (const call of calls) state.see(call);
  return gzipOfJsonLines(calls);
}

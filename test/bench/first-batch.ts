import { readFileSync } from 'node:fs';
import { shippedRules } from '../../adapters/shipped/shipped-rules.js';
import { OurPipeline } from './pipeline/our-pipeline.js';
import { FULL, type LambdaEvent } from './pipeline/payloads.js';
import { gzipOfJsonLines, StraightforwardState, straightforwardDecode } from './pipeline/straightforward.js';

/**
 * Prints the milliseconds of processor time of the first batch in a fresh process: decoding, detecting and encoding in code that has
 * never run. `first-batch.mjs EVENT gatewarden|straightforward`.
 */
const [file = '', who] = process.argv.slice(2);
const event = JSON.parse(readFileSync(file, 'utf8')) as LambdaEvent;
const run = who === 'straightforward' ? straightforward : await gatewarden();
const before = process.cpuUsage();
run();
const { user, system } = process.cpuUsage(before);
console.log((user + system) / 1000);

async function gatewarden(): Promise<() => unknown> {
  const pipeline = await OurPipeline.of(FULL, shippedRules);
  return () => pipeline.record(event);
}

function straightforward(): unknown {
  const state = new StraightforwardState();
  const calls = straightforwardDecode(event, FULL);
  for (const call of calls) state.see(call);
  return gzipOfJsonLines(calls);
}

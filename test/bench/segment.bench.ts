// What a stored call costs: bytes in a segment and microseconds to encode and decode, each beside gzip of the same
// calls as JSON lines in the same run. `npx tsx test/bench/segment.bench.ts`
import { gzipSync } from 'node:zlib';
import { nodeCompression } from '../../adapters/node/node-compression.js';
import type { ApiCall } from '../../core/calls/api-call.js';
import { decodeSegment, encodeSegments } from '../../core/trail/segment.js';
import { sampleCalls } from '../support/dynamo/sample-calls.js';

const TOTAL_CALLS = 40_000;
const CALLERS = 60;
const options = { digest: '00'.repeat(32), nowMs: 1_790_000_000_000, hotDays: 30, shards: () => 1 };

const rows: Record<string, string | number>[] = [];
for (const format of ['lean', 'full'] as const) {
  for (const size of [10, 100, 1000]) {
    const payloads = Array.from({ length: Math.min(400, TOTAL_CALLS / size) }, (_, seed) =>
      sampleCalls(size, { seed, callers: CALLERS, format }),
    );
    const encoded = payloads.map((calls) => encodeSegments(calls, options, nodeCompression));
    const segmentUs = best(payloads, (calls) => encodeSegments(calls, options, nodeCompression));
    const jsonUs = best(payloads, (calls) => gzipLines(calls));
    const decodeUs = best(encoded, (segments) =>
      segments.flatMap(({ bytes }) => decodeSegment(bytes, nodeCompression)),
    );
    const calls = payloads.length * size;
    rows.push({
      format,
      'calls a segment': size,
      'bytes a call': round(sum(encoded.flat().map(({ bytes }) => bytes.byteLength)) / calls),
      'gzip of JSON': round(sum(payloads.map((payload) => gzipLines(payload).byteLength)) / calls),
      'encode µs a call': round(segmentUs / size),
      'gzip of JSON µs': round(jsonUs / size),
      ratio: round(jsonUs / segmentUs),
      'decode µs a call': round(decodeUs / size),
    });
  }
}
console.table(rows);

function gzipLines(calls: readonly ApiCall[]): Uint8Array {
  return gzipSync(calls.map((call) => JSON.stringify(call)).join('\n'));
}

/** Median of five passes, microseconds an input. */
function best<T>(inputs: readonly T[], work: (input: T) => unknown): number {
  for (const input of inputs) work(input);
  const passes = Array.from({ length: 5 }, () => {
    const start = performance.now();
    for (const input of inputs) work(input);
    return ((performance.now() - start) * 1000) / inputs.length;
  });
  return passes.sort((a, b) => a - b)[2] ?? 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

import { nodeCompression } from '../../../adapters/node/node-compression.js';
import { decodeSegment, encodeSegments } from '../../../core/trail/segment.js';
import type { Figure, Section } from '../figure.js';
import { OurPipeline } from '../pipeline/our-pipeline.js';
import { BENCH_START_MS, benchLines, FULL, LEAN, toLambdaEvents } from '../pipeline/payloads.js';

const LINES = 20_000;
const LINES_LEAST = 4_000;

/** What a call takes in the trail, ids and addresses as random as AWS's and the internet's. */
export async function trailSection(scale: number): Promise<Section> {
  const figures: Figure[] = [];
  for (const [format, limit] of [
    [LEAN, 60],
    [FULL, 110],
  ] as const) {
    const lines = benchLines(format, Math.max(LINES_LEAST, Math.round(LINES * scale)));
    const ours = await OurPipeline.of(format, []);
    for (const size of [10, 100, 1000]) {
      let bytes = 0;
      let calls = 0;
      for (const [at, event] of toLambdaEvents(lines, size).entries()) {
        const options = {
          digest: at.toString(16).padStart(64, '0'),
          nowMs: BENCH_START_MS,
          hotDays: 14,
          shards: () => 1,
        };
        for (const segment of encodeSegments(ours.decode(event), options, nodeCompression)) {
          bytes += segment.bytes.byteLength;
          calls += decodeSegment(segment.bytes, nodeCompression).length;
        }
      }
      figures.push({
        name: `${format.name} format, ${size} calls a payload`,
        value: bytes / calls,
        unit: 'B/call',
        ...(size >= 100 && { target: { of: 'value', is: 'at-most', limit } }),
      });
    }
  }
  return { title: 'Trail', figures };
}

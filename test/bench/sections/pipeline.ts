import type { Figure, Section, Target } from '../figure.js';
import { timeInTurn, type Variant } from '../measure.js';
import { OurPipeline } from '../pipeline/our-pipeline.js';
import { type BenchFormat, benchLines, toLambdaEvents } from '../pipeline/payloads.js';
import { gzipOfJsonLines, StraightforwardState, straightforwardDecode } from '../pipeline/straightforward.js';
import { twentyRules } from '../pipeline/twenty-rules.js';

const SIZES = [1, 10, 100, 1000];
const LINES = 20_000;
const LINES_LEAST = 2_000;
/** Payloads of one call cost a hundred times as much a call: fewer calls say as much. */
const PAYLOADS_MOST = 4_000;
const ROUNDS = 12;

/**
 * Decode; decode, attribute and twenty rules with the windows prepared; the same with segments: each beside the straightforward pipeline, for
 * payloads of 1 to 1,000 calls.
 */
export async function pipelineSection(format: BenchFormat, scale: number): Promise<Section> {
  const lines = benchLines(format, Math.max(LINES_LEAST, Math.round(LINES * scale)));
  const ours = await OurPipeline.of(format, twentyRules());
  const figures: Figure[] = [];
  for (const size of SIZES) {
    const events = toLambdaEvents(lines.slice(0, PAYLOADS_MOST * size), size);
    const state = new StraightforwardState();
    const event = (at: number) => events[at] ?? { awslogs: { data: '' } };
    const seen = (at: number) => {
      const calls = straightforwardDecode(event(at), format);
      for (const call of calls) state.see(call);
      return calls;
    };
    const steps: readonly (readonly [string, Variant['run'], Variant['run'], Target | undefined])[] = [
      [
        'decode',
        (at) => straightforwardDecode(event(at), format).length,
        (at) => ours.decode(event(at)).length,
        undefined,
      ],
      [
        'decode + attribute + 20 rules',
        (at) => seen(at).length,
        (at) => ours.detect(event(at)).groups,
        size === 100 && format.name === 'full' ? { of: 'ratio', is: 'at-least', limit: 1.15 } : undefined,
      ],
      [
        'the same + segment (beside gzip of JSON lines)',
        (at) => gzipOfJsonLines(seen(at)).byteLength,
        (at) => ours.record(event(at)).bytes,
        size === 100 && format.name === 'full' ? { of: 'ratio', is: 'at-least', limit: 1 } : undefined,
      ],
    ];
    for (const [name, straightforward, own, target] of steps) {
      const [base, us] = timeInTurn(
        [
          { name: 'straightforward', run: straightforward },
          { name: 'gatewarden', run: own },
        ],
        events.length,
        size,
        ROUNDS,
      );
      if (base === undefined || us === undefined) throw new Error('nothing was measured');
      figures.push({
        name: `${name}, ${size} ${size === 1 ? 'call' : 'calls'} a payload`,
        value: 1e6 / us.micros,
        unit: 'calls/s',
        beside: { name: 'straightforward', value: 1e6 / base.micros, ratio: us.ratio },
        ...(target !== undefined && { target }),
      });
    }
  }
  const length = Math.round(lines.reduce((sum, line) => sum + line.length, 0) / lines.length);
  return { title: `Pipeline without I/O, ${format.name} format (${length} B a line)`, figures };
}

import { nodeCompression } from '../../../adapters/node/node-compression.js';
import { nodeDigest } from '../../../adapters/node/node-digest.js';
import { re2Engine } from '../../../adapters/regex/re2-engine.js';
import { PendingWindows } from '../../../core/alerts/pending-windows.js';
import type { Bundle } from '../../../core/bundle.js';
import { toVersionedBundle } from '../../../core/bundle-version.js';
import type { ApiCall } from '../../../core/calls/api-call.js';
import { type CompiledBundle, compileBundle } from '../../../core/ingest/compiled-bundle.js';
import type { RuleSource } from '../../../core/sigma/rule-source.js';
import { encodeSegments } from '../../../core/trail/segment.js';
import { BENCH_GROUP, BENCH_START_MS, type BenchFormat, type LambdaEvent } from './payloads.js';

/** The steps of ingest that need no store, each over one Lambda event. */
export class OurPipeline {
  private constructor(readonly compiled: CompiledBundle) {}

  static async of(format: BenchFormat, rules: readonly RuleSource[]): Promise<OurPipeline> {
    return new OurPipeline(
      await compileBundle(benchBundle(format, rules), {
        compression: nodeCompression,
        digest: nodeDigest,
        loadRegex: async () => re2Engine,
        samplingKey: async () => 'bench',
      }),
    );
  }

  decode(event: LambdaEvent): readonly ApiCall[] {
    return this.compiled.decoder.decodeEvent(event).flatMap(({ calls }) => calls);
  }

  /** Decoded, attributed, judged by every rule; all that the windows will be told is gathered and hashed. */
  detect(event: LambdaEvent): Detected {
    const { attributor, detector, sampler } = this.compiled;
    const [batch] = this.compiled.decoder.decodeEvent(event);
    if (batch === undefined) throw new Error('no batch');
    const calls = batch.calls.map((call) => attributor.attribute(call));
    const pending = new PendingWindows(nodeDigest, sampler);
    for (const call of calls) detector.detect(call, pending);
    return { calls, groups: pending.groups().length, digest: batch.digest };
  }

  /** The same, and the segments of the trail encoded. */
  record(event: LambdaEvent): { readonly bytes: number } {
    const { calls, digest } = this.detect(event);
    const options = { digest, nowMs: BENCH_START_MS, hotDays: 14, shards: () => 1 };
    let bytes = 0;
    for (const segment of encodeSegments(calls, options, nodeCompression)) bytes += segment.bytes.byteLength;
    return { bytes };
  }
}

interface Detected {
  readonly calls: readonly ApiCall[];
  readonly groups: number;
  readonly digest: string;
}

export function benchBundle(format: BenchFormat, rules: readonly RuleSource[]): Bundle {
  return toVersionedBundle(
    {
      formatVersion: 1,
      rules,
      feeds: [
        {
          feed: BENCH_GROUP,
          trust: 'gateway',
          format: format.text,
          accountId: '123456789012',
          region: 'eu-west-1',
          apiId: format.name === 'lean' ? 'benchbench' : undefined,
          stage: format.name === 'lean' ? 'prod' : undefined,
          apiType: format.apiType,
        },
      ],
      routes: {},
      templates: {},
      shards: {},
      settings: { hotDays: 14, proxies: [], keepExtra: [], redact: [] },
    },
    nodeDigest,
  );
}

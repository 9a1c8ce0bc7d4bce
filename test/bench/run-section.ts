import type { Section } from './figure.js';
import { FULL, LEAN } from './pipeline/payloads.js';
import { collectorSection } from './sections/collector.js';
import { hotGroupSection } from './sections/hot-group.js';
import { ingestSection, memorySection } from './sections/ingest-process.js';
import { pipelineSection } from './sections/pipeline.js';
import { rulesSection } from './sections/rules.js';
import { storesSection } from './sections/stores.js';
import { storingSection } from './sections/storing.js';
import { trailSection } from './sections/trail.js';

/** Where `tools/bench.ts` has put what it built. */
interface Built {
  readonly cli: string;
  readonly collector: string;
  readonly firstBatch: string;
  readonly holder: string;
}

const SECTIONS: Readonly<Record<string, (scale: number, built: Built) => Section | Promise<Section>>> = {
  'pipeline-full': (scale) => pipelineSection(FULL, scale),
  'pipeline-lean': (scale) => pipelineSection(LEAN, scale),
  rules: (scale) => rulesSection(scale),
  trail: (scale) => trailSection(scale),
  stores: (scale) => storesSection(scale),
  storing: (scale, { holder }) => storingSection(scale, holder),
  'hot-group': (scale) => hotGroupSection(scale),
  ingest: (scale, { cli }) => ingestSection(scale, cli),
  collector: (_, { collector, firstBatch }) => collectorSection(collector, firstBatch),
  memory: (scale, { cli }) => memorySection(scale, cli),
};

/** One section in a process of its own, so that none runs in code or memory that another has warmed or littered. */
const [name = '', scale = '1', built = '{}'] = process.argv.slice(2);
const run = SECTIONS[name];
if (run === undefined) throw new Error(`no section ${name}`);
console.log(JSON.stringify(await run(Number(scale), JSON.parse(built) as Built)));

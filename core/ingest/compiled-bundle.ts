import { createDetector, type Detector } from '../alerts/detector.js';
import { Sampler } from '../alerts/sampler.js';
import { unsupportedCorrelations } from '../alerts/unsupported-correlations.js';
import type { Bundle } from '../bundle.js';
import type { PayloadDecoder } from '../calls/feeds/payload-decoder.js';
import { createPayloadDecoder } from '../calls/feeds/payload-decoder.js';
import { createRedactor, type Redactor } from '../calls/redaction/redactor.js';
import { Fault } from '../fault.js';
import { type Attributor, createAttributor } from '../inventory/attribute.js';
import type { Compression } from '../ports/compression.js';
import type { Digest } from '../ports/digest.js';
import type { RegexEngine } from '../ports/regex-engine.js';
import { compileRules, needsRegex } from '../sigma/compile-rules.js';
import { knownApis } from './known-apis.js';

/** A bundle made ready for work. */
export interface CompiledBundle {
  readonly bundle: Bundle;
  /** API ids that the bundle knows: `knownApis`. */
  readonly known: ReadonlySet<string>;
  readonly decoder: PayloadDecoder;
  readonly attributor: Attributor;
  readonly detector: Detector;
  readonly sampler: Sampler;
  /** For what does not come through the decoder. */
  readonly redactor: Redactor;
}

export interface BundleCompiler {
  readonly compression: Compression;
  readonly digest: Digest;
  /** Loads the regular expression engine: called only for a bundle that has a pattern, for it is large. */
  readonly loadRegex: () => Promise<RegexEngine>;
  /** The installation's own secret, the same in every container: who knew it could choose values that are never counted. */
  readonly samplingKey: () => Promise<string>;
}

/** Throws `Fault('bundle.invalid')` or `Fault('rule.invalid')` when the bundle cannot be used. */
export async function compileBundle(bundle: Bundle, compiler: BundleCompiler): Promise<CompiledBundle> {
  const [refused] = unsupportedCorrelations(bundle.rules);
  if (refused !== undefined)
    throw new Fault('rule.invalid', { rule: refused.ruleId, reason: refused.reason });
  const isNeeded = needsRegex(bundle.rules) || bundle.settings.redact.length > 0;
  const regexEngine = isNeeded ? await compiler.loadRegex() : undefined;
  const { compression, digest } = compiler;
  return {
    bundle,
    known: knownApis(bundle),
    decoder: createPayloadDecoder({ bundle, compression, digest, regexEngine }),
    attributor: createAttributor(bundle),
    redactor: createRedactor(bundle.settings.redact, regexEngine),
    sampler: new Sampler(digest, await compiler.samplingKey()),
    detector: createDetector(bundle.rules, compileRules(bundle.rules, regexEngine)),
  };
}

import type { Digest } from '../ports/digest.js';
import type { Plan } from './plan-rules.js';
import type { WindowPlan } from './window-plan.js';

/**
 * Decides which values a sampled rule counts: the same ones in every container, and nobody outside can tell which. Per
 * rule, so that a value which one rule passes over is no blind spot of all. `key` is the installation's secret.
 */
export class Sampler {
  private readonly keys = new Map<string, RuleKey>();

  constructor(
    private readonly digest: Digest,
    private readonly key: string,
  ) {}

  /** Whether the value is among the one in `plan.sampleOneIn` that count. */
  takes(plan: WindowPlan, value: string): boolean {
    return (
      plan.sampleOneIn <= 1 || keyedHash(this.keyOf(plan.rule.contentHash), value) % plan.sampleOneIn === 0
    );
  }

  /** A place between 0 and 1 (neither included), the same in every container: those with the lowest places are a fair sample. */
  rank(plan: Plan, value: string): number {
    return (keyedHash(this.keyOf(plan.rule.contentHash), value) + 0.5) / 2 ** 32;
  }

  private keyOf(contentHash: string): RuleKey {
    let known = this.keys.get(contentHash);
    if (known === undefined) {
      const hex = this.digest.hex([this.key, contentHash], 8);
      known = { low: Number.parseInt(hex.slice(0, 8), 16) | 0, high: Number.parseInt(hex.slice(8), 16) | 0 };
      this.keys.set(contentHash, known);
    }
    return known;
  }
}

interface RuleKey {
  readonly low: number;
  readonly high: number;
}

/**
 * HalfSipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012, in its 32-bit form) over the UTF-16
 * units, two a word: without the key its answers cannot be foretold, and it costs a tenth of SHA-256 on a path that nearly
 * every call takes several times. 32 bits, unsigned.
 */
function keyedHash({ low, high }: RuleKey, text: string): number {
  let v0 = low;
  let v1 = high;
  let v2 = 0x6c796765 ^ low;
  let v3 = 0x74656462 ^ high;
  const { length } = text;
  // One word more than there are whole ones: the length, and the last unit where it is odd.
  const words = (length >> 1) + 1;
  for (let word = 0; word < words + FINAL_ROUNDS; word++) {
    let taken = 0;
    if (word < words) {
      const at = word * 2;
      if (at + 1 < length) taken = text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16);
      else taken = (length << 24) | (at < length ? text.charCodeAt(at) : 0);
    } else if (word === words) {
      v2 ^= 0xff;
    }
    v3 ^= taken;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= taken;
  }
  return (v1 ^ v3) >>> 0;
}

const FINAL_ROUNDS = 3;

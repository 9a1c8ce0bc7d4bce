import type { Clock } from '../../core/ports/clock.js';

export interface PaceOptions {
  readonly clock: Clock;
  readonly sleep: (ms: number) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** 5: the default quota of Put-, Describe- and DeleteSubscriptionFilter(s), per account and region. */
  readonly callsPerSecond: number;
  /** Attempts in all, before a throttle becomes a fault. */
  readonly attempts: number;
}

/** Runs one control-plane call within the quota of its operation, and again while it fails in passing. */
export type Pace = <T>(
  operation: string,
  call: () => Promise<T>,
  isTransient: (error: unknown) => boolean,
) => Promise<T>;

/**
 * A token bucket for each operation (as many tokens as a second is worth), and exponential back-off with full jitter
 * from 200 ms to 20 s: the quota is shared with everything else that runs in the account.
 */
export function createPace(options: PaceOptions): Pace {
  const buckets = new Map<string, TokenBucket>();
  return async (operation, call, isTransient) => {
    const bucket = buckets.get(operation) ?? new TokenBucket(options);
    buckets.set(operation, bucket);
    for (let attempt = 1; ; attempt += 1) {
      await bucket.take();
      try {
        return await call();
      } catch (error) {
        if (attempt >= options.attempts || !isTransient(error)) throw error;
        await options.sleep(options.random() * Math.min(20_000, 200 * 2 ** attempt));
      }
    }
  };
}

class TokenBucket {
  readonly #options: PaceOptions;
  #tokens: number;
  #filledAtMs: number;

  constructor(options: PaceOptions) {
    this.#options = options;
    this.#tokens = options.callsPerSecond;
    this.#filledAtMs = options.clock.nowMs();
  }

  /** Takes one token; goes into debt and waits it out, so that callers are served in the order they came. */
  async take(): Promise<void> {
    const { clock, sleep, callsPerSecond } = this.#options;
    const nowMs = clock.nowMs();
    const earned = ((nowMs - this.#filledAtMs) / 1000) * callsPerSecond;
    this.#tokens = Math.min(callsPerSecond, this.#tokens + earned) - 1;
    this.#filledAtMs = nowMs;
    if (this.#tokens < 0) await sleep((-this.#tokens / callsPerSecond) * 1000);
  }
}

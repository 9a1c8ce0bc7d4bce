import type { SimulatedCall } from './simulated-call.js';

/** What really happened: one attack, or one benign episode that looks like an attack to a naive rule. */
export interface IncidentRecord {
  /** `<kind>:<name>#<n>`. */
  readonly id: string;
  readonly kind: 'attack' | 'benign';
  readonly name: string;
  readonly api: string;
  readonly apiId: string;
  readonly stage: string;
  /** Time of the first and of the last call. */
  readonly startMs: number;
  readonly endMs: number;
  readonly calls: number;
  /** Addresses, user agents, subjects, key ids and ARNs that took part. */
  readonly actors: readonly string[];
}

/** An incident while it happens: it learns its span and its actors from the calls that belong to it. */
export class Incident {
  #startMs = Number.POSITIVE_INFINITY;
  #endMs = Number.NEGATIVE_INFINITY;
  #calls = 0;
  readonly #actors = new Set<string>();

  constructor(
    readonly kind: 'attack' | 'benign',
    readonly name: string,
    private readonly number: number,
    private readonly api: { readonly name: string; readonly apiId: string; readonly stage: string },
  ) {}

  /** The label of each of its calls. */
  get label(): string {
    return `${this.kind}:${this.name}`;
  }

  see(call: SimulatedCall): void {
    this.#startMs = Math.min(this.#startMs, call.timeMs);
    this.#endMs = Math.max(this.#endMs, call.timeMs);
    this.#calls += 1;
    this.#actors.add(call.client.ip).add(call.client.userAgent);
    const identity = call.client.identity;
    if (identity.kind === 'jwt') this.#actors.add(identity.sub);
    if (identity.kind === 'api-key') this.#actors.add(identity.apiKeyId);
    if (identity.kind === 'iam') this.#actors.add(identity.userArn).add(identity.caller);
  }

  /** `undefined` while nothing has happened. */
  record(): IncidentRecord | undefined {
    if (this.#calls === 0) return undefined;
    return {
      id: `${this.label}#${this.number}`,
      kind: this.kind,
      name: this.name,
      api: this.api.name,
      apiId: this.api.apiId,
      stage: this.api.stage,
      startMs: this.#startMs,
      endMs: this.#endMs,
      calls: this.#calls,
      actors: [...this.#actors],
    };
  }
}

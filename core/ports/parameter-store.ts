import type { Parameter } from '../configuration/parameter.js';

/** A parameter as it is stored. */
export interface StoredParameter extends Parameter {
  /** Only plain texts are read: of a secure string or a list, `text` is not what was written. */
  readonly type: 'text' | 'other';
}

export type ParameterTier = 'standard' | 'advanced';

/**
 * Where the configuration is kept: Parameter Store below one prefix. Throttling is waited out inside; what is left is
 * `Fault('parameters.failed')` with `operation` and the service's `error` name.
 */
export interface ParameterStore {
  /** Everything below the prefix, by name below it. */
  all(): Promise<readonly StoredParameter[]>;
  /** Creates or replaces. An advanced parameter never becomes a standard one again, whatever `tier` says. */
  put(parameter: Parameter, tier: ParameterTier): Promise<void>;
  /** Without effect when it is gone already. */
  delete(name: string): Promise<void>;
}

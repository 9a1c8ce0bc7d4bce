/**
 * A failure that should not happen, or that someone else's service caused; what can happen on any day is a value.
 * `docs/errors.md` documents every code; a test checks both ways.
 */
export const FAULT_CODES = [
  'store.throttled',
  'store.denied',
  'store.failed',
  'store.corrupt',
  'store.locked',
  'store.untrusted',
  'payload.unreadable',
  'bundle.invalid',
  'bundle.oversized',
  'rule.invalid',
  'environment.invalid',
  'publish.failed',
  'logs.failed',
  'parameters.failed',
  'installation.failed',
] as const;

export type FaultCode = (typeof FAULT_CODES)[number];

export class Fault extends Error {
  override readonly name = 'Fault';

  constructor(
    readonly code: FaultCode,
    /** Facts for the operator; never a value a caller wrote. */
    readonly details: Readonly<Record<string, string | number | boolean>>,
    options?: { readonly cause: unknown },
  ) {
    const facts = Object.entries(details).map(([name, value]) => `${name}=${value}`);
    super(facts.length === 0 ? code : `${code}: ${facts.join(', ')}`, options);
  }
}

import { Fault } from '../../core/fault.js';

const THROTTLED = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
]);

const DENIED = new Set([
  'AccessDeniedException',
  'CredentialsProviderError',
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'KMSAccessDeniedException',
  'MissingAuthenticationTokenException',
  'UnrecognizedClientException',
]);

/**
 * What DynamoDB, the SDK or the socket threw, as the fault that tells an operator where to look: too much traffic,
 * missing permission, or anything else. A fault stays as it is.
 */
export function toStoreFault(error: unknown, table: string): Fault {
  if (error instanceof Fault) return error;
  const name = error instanceof Error ? error.name : 'unknown';
  const details = { table, error: name };
  if (THROTTLED.has(name)) return new Fault('store.throttled', details, { cause: error });
  if (DENIED.has(name)) return new Fault('store.denied', details, { cause: error });
  return new Fault('store.failed', details, { cause: error });
}

export function isConditionFailed(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}

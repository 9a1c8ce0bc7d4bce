import type {
  DeleteParameterCommandInput,
  GetParametersByPathCommandInput,
  PutParameterCommandInput,
  Parameter as SsmParameter,
} from '@aws-sdk/client-ssm';
import type { Parameter } from '../../core/configuration/parameter.js';
import { Fault } from '../../core/fault.js';
import type { ParameterTier, StoredParameter } from '../../core/ports/parameter-store.js';

/** Requests and answers of Parameter Store, without sending anything. `prefix` begins with `/` and ends without one. */
export function pageInput(path: string, nextToken: string | undefined): GetParametersByPathCommandInput {
  return {
    Path: path,
    Recursive: true,
    // Nothing of ours is secret; a secure string is not read, and needs no key to be refused.
    WithDecryption: false,
    MaxResults: 10,
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
}

export function putInput(
  prefix: string,
  { name, text }: Parameter,
  tier: ParameterTier,
): PutParameterCommandInput {
  return {
    Name: `${prefix}/${name}`,
    Value: text,
    Type: 'String',
    // A standard tier that is asked for by name is refused where the parameter is advanced already; this keeps either.
    Tier: tier === 'advanced' ? 'Advanced' : 'Intelligent-Tiering',
    Overwrite: true,
  };
}

export function deleteInput(prefix: string, name: string): DeleteParameterCommandInput {
  return { Name: `${prefix}/${name}` };
}

export function toStoredParameter(prefix: string, described: SsmParameter): StoredParameter {
  const { Name: name, Value: text, Type: type } = described;
  if (name === undefined || text === undefined || !name.startsWith(`${prefix}/`))
    throw new Fault('parameters.failed', {
      operation: 'GetParametersByPath',
      error: 'a parameter without name or value',
    });
  return { name: name.slice(prefix.length + 1), text, type: type === 'String' ? 'text' : 'other' };
}

/** Passes by itself: too many requests, or the service was not well. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const transient = [
    'ThrottlingException',
    'TooManyUpdates',
    'InternalServerError',
    'TimeoutError',
    'RequestTimeout',
  ];
  return transient.includes(error.name) || ('$retryable' in error && error.$retryable !== undefined);
}

import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { Fault } from '../../core/fault.js';
import { type AwsAccess, toClientConfig } from './aws-access.js';
import { sendOrFault } from './installation-fault.js';
import { quietSdk } from './quiet-sdk.js';
import { decodeStackNames, type StackNames, stackParameterName } from './stack-parameter.js';

/**
 * What the parts of a stack are called; `undefined` when there is no such stack in the account and region in use. Throws
 * `Fault('installation.failed')`.
 *
 * Throttled requests are tried ten times with jittered exponential back-off, by the SDK.
 */
export async function readStackNames(stackName: string, access: AwsAccess): Promise<StackNames | undefined> {
  quietSdk();
  const client = new SSMClient({ maxAttempts: 10, retryMode: 'standard', ...toClientConfig(access) });
  const name = stackParameterName(stackName);
  const value = await sendOrFault('GetParameter', name, async () => {
    try {
      return (await client.send(new GetParameterCommand({ Name: name }))).Parameter?.Value;
    } catch (error) {
      if (error instanceof Error && error.name === 'ParameterNotFound') return undefined;
      throw error;
    } finally {
      client.destroy();
    }
  });
  if (value === undefined) return undefined;
  const names = decodeStackNames(value);
  if (names === undefined)
    throw new Fault('installation.failed', {
      operation: 'GetParameter',
      resource: name,
      error: 'written by another version: deploy the stack with this one',
    });
  return names;
}

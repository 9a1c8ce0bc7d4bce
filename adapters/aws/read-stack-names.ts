import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { Fault } from '../../core/fault.js';
import { sendOrFault } from './replay-fault.js';
import { decodeStackNames, type StackNames, stackParameterName } from './stack-parameter.js';

/** `undefined` when there is no such stack in the account and region in use. Throws `Fault('replay.failed')`. */
export async function readStackNames(client: SSMClient, stackName: string): Promise<StackNames | undefined> {
  const name = stackParameterName(stackName);
  const value = await sendOrFault('GetParameter', name, async () => {
    try {
      return (await client.send(new GetParameterCommand({ Name: name }))).Parameter?.Value;
    } catch (error) {
      if (error instanceof Error && error.name === 'ParameterNotFound') return undefined;
      throw error;
    }
  });
  if (value === undefined) return undefined;
  const names = decodeStackNames(value);
  if (names === undefined)
    throw new Fault('replay.failed', { operation: 'GetParameter', resource: name, error: 'not its value' });
  return names;
}

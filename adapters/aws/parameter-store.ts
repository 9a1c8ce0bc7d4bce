import {
  DeleteParameterCommand,
  GetParametersByPathCommand,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { RULES_PREFIX, SETTINGS_PREFIX } from '../../core/configuration/parameter.js';
import { Fault } from '../../core/fault.js';
import type { ParameterStore, StoredParameter } from '../../core/ports/parameter-store.js';
import type { Pace } from './cloudwatch-logs-pace.js';
import { errorName } from './cloudwatch-logs-params.js';
import {
  deleteInput,
  isTransient,
  pageInput,
  putInput,
  toStoredParameter,
} from './parameter-store-params.js';

export interface ParameterStoreOptions {
  /** Give it one that does not retry by itself: `reads` and `writes` do, within the quotas. */
  readonly client: SSMClient;
  /** `/gatewarden`: begins with `/`, ends without one. */
  readonly prefix: string;
  /** Get* has 40 a second for everything in the account and region; ours take a part of it. */
  readonly reads: Pace;
  /** PutParameter and DeleteParameter: 3 a second by default. */
  readonly writes: Pace;
}

/** Parameter Store below a prefix, behind the port. */
export function awsParameterStore({ client, prefix, reads, writes }: ParameterStoreOptions): ParameterStore {
  async function* below(path: string): AsyncGenerator<StoredParameter> {
    let nextToken: string | undefined;
    do {
      const page = await send('GetParametersByPath', reads, () =>
        client.send(new GetParametersByPathCommand(pageInput(path, nextToken))),
      );
      for (const described of page.Parameters ?? []) yield toStoredParameter(prefix, described);
      nextToken = page.NextToken;
    } while (nextToken !== undefined);
  }

  return {
    async all() {
      const found: StoredParameter[] = [];
      // Two paths and not the prefix: other parameters below it are none of our business, and need no permission.
      for (const folder of [RULES_PREFIX, SETTINGS_PREFIX])
        for await (const parameter of below(`${prefix}/${folder.slice(0, -1)}`)) found.push(parameter);
      return found;
    },

    async put(parameter, tier) {
      await send('PutParameter', writes, () =>
        client.send(new PutParameterCommand(putInput(prefix, parameter, tier))),
      );
    },

    async delete(name) {
      try {
        await writes(
          'DeleteParameter',
          () => client.send(new DeleteParameterCommand(deleteInput(prefix, name))),
          isTransient,
        );
      } catch (error) {
        if (errorName(error) !== 'ParameterNotFound') throw toFault('DeleteParameter', error);
      }
    },
  };
}

async function send<T>(operation: string, pace: Pace, call: () => Promise<T>): Promise<T> {
  try {
    return await pace(operation, call, isTransient);
  } catch (error) {
    throw toFault(operation, error);
  }
}

function toFault(operation: string, error: unknown): Fault {
  return new Fault('parameters.failed', { operation, error: errorName(error) }, { cause: error });
}

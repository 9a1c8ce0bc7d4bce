import type { IncomingMessage } from 'node:http';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { bodyOf, HttpServer } from '../http-server.js';
import {
  ACCOUNT_PREFIX,
  type Behaviour,
  DEFAULT_BEHAVIOUR,
  type EmulatedGroup,
  ServiceError,
} from './log-groups-state.js';
import { type Account, groupNameIn, OPERATIONS } from './operations.js';

/** The control plane of CloudWatch Logs on 127.0.0.1, speaking JSON 1.1 to the real client. */
export interface ControlPlane {
  readonly client: CloudWatchLogsClient;
  readonly behaviour: Behaviour;
  /** `<operation> <group>` of every call that was let in, in order. */
  readonly calls: string[];
  addGroup(name: string, group?: Partial<GroupSpec>): void;
  removeGroup(name: string): void;
  filtersOf(name: string): Readonly<Record<string, string>>;
  tagsOf(name: string): Readonly<Record<string, string>>;
  /** Every filter of the account as `<group> <filter> <destination>`. */
  everyFilter(): readonly string[];
  arnOf(name: string): string;
  /** Called before each operation takes effect: the place to act in between. */
  onCall: (operation: string, groupName: string | undefined) => void;
  stop(): Promise<void>;
}

export interface GroupSpec {
  readonly class: EmulatedGroup['class'];
  readonly tags: Readonly<Record<string, string>>;
  /** Destination by filter name: filters that were there before us. */
  readonly filters: Readonly<Record<string, string>>;
}

export async function startControlPlane(): Promise<ControlPlane> {
  const account: Account = new Map();
  const behaviour: Behaviour = { ...DEFAULT_BEHAVIOUR };
  const calls: string[] = [];
  const server = new HttpServer(async (request, response) => {
    const answer = await operate(request);
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(answer.body));
  });
  const client = new CloudWatchLogsClient({
    endpoint: `http://${await server.start()}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'emulated', secretAccessKey: 'emulated' },
    maxAttempts: 1,
  });

  const plane: ControlPlane = {
    client,
    behaviour,
    calls,
    onCall: () => undefined,
    addGroup(name, group = {}) {
      const filters = Object.entries(group.filters ?? {}).map(([filterName, destinationArn]) => {
        return [filterName, { destinationArn, roleArn: undefined, filterPattern: '' }] as const;
      });
      account.set(name, {
        class: group.class ?? 'STANDARD',
        tags: new Map(Object.entries(group.tags ?? {})),
        filters: new Map(filters),
      });
    },
    removeGroup: (name) => void account.delete(name),
    filtersOf(name) {
      const filters = [...(account.get(name)?.filters ?? [])];
      return Object.fromEntries(filters.map(([filter, { destinationArn }]) => [filter, destinationArn]));
    },
    tagsOf: (name) => Object.fromEntries(account.get(name)?.tags ?? []),
    everyFilter() {
      return [...account].flatMap(([name, { filters }]) =>
        [...filters].map(([filter, { destinationArn }]) => `${name} ${filter} ${destinationArn}`),
      );
    },
    arnOf: (name) => `${ACCOUNT_PREFIX}${name}`,
    async stop() {
      client.destroy();
      await server.stop();
    },
  };
  return plane;

  async function operate(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const operation = String(request.headers['x-amz-target']).replace('Logs_20140328.', '');
    try {
      const input: unknown = JSON.parse(await bodyOf(request));
      const groupName = groupNameIn(input);
      if (behaviour.throttledCalls > 0) {
        behaviour.throttledCalls -= 1;
        throw new ServiceError('ThrottlingException', 'Rate exceeded');
      }
      if (behaviour.denies(operation, groupName)) {
        throw new ServiceError('AccessDeniedException', `not authorized to perform logs:${operation}`);
      }
      const run = OPERATIONS[operation];
      if (run === undefined) throw new ServiceError('UnknownOperationException', operation, 404);
      plane.onCall(operation, groupName);
      calls.push(groupName === undefined ? operation : `${operation} ${groupName}`);
      return { status: 200, body: run(account, behaviour, input) };
    } catch (error) {
      if (!(error instanceof ServiceError)) {
        return { status: 400, body: { __type: 'InvalidParameterException', message: String(error) } };
      }
      return { status: error.status, body: { __type: error.type, message: error.message } };
    }
  }
}

import { cloudwatchLogGroups } from '../../../adapters/aws/cloudwatch-logs.js';
import { createPace } from '../../../adapters/aws/cloudwatch-logs-pace.js';
import { nodeDigest } from '../../../adapters/node/node-digest.js';
import type { CloudFormationResponse } from '../../../lambdas/subscribe/cloudformation-response.js';
import { createSubscribeHandler } from '../../../lambdas/subscribe/handler.js';
import type { FeedChange } from '../../../lambdas/subscribe/publish-feeds.js';
import type { RunReport } from '../../../lambdas/subscribe/report.js';
import { startControlPlane } from './control-plane.js';

export const OWN_GROUP = '/gatewarden/gate/subscribe';
export const DESTINATION = 'arn:aws:lambda:eu-west-1:123456789012:function:gate-ingest';

/** Properties of the custom resource, as CloudFormation passes them on. */
export interface Properties {
  readonly FilterName: string;
  readonly DestinationArn: string;
  readonly RoleArn?: string;
  readonly Names?: readonly string[];
  readonly Prefixes?: readonly string[];
  readonly OwnPrefixes?: readonly string[];
  readonly Feeds?: readonly Readonly<Record<string, string>>[];
}

export function properties(changes: Partial<Properties>): Properties {
  return {
    FilterName: 'gatewarden-gate',
    DestinationArn: DESTINATION,
    OwnPrefixes: ['/gatewarden/'],
    ...changes,
  };
}

/**
 * The function against the emulated control plane, driven as CloudFormation drives it: it remembers the physical id
 * and the properties in force, cleans up a replaced id after success, and rolls back after failure. Time is virtual.
 */
export async function startSubscribeStack() {
  const plane = await startControlPlane();
  plane.addGroup(OWN_GROUP, { tags: { 'gatewarden:own-log': 'subscribe' } });
  const reports: RunReport[] = [];
  const responses: CloudFormationResponse[] = [];
  const feedChanges: FeedChange[] = [];
  const handedOver: unknown[] = [];
  const faults: unknown[] = [];
  const time = { nowMs: 1_780_000_000_000, invocationMs: 900_000 };
  const sleep = async (ms: number) => {
    time.nowMs += ms;
  };
  const pace = createPace({
    clock: { nowMs: () => time.nowMs },
    sleep,
    random: () => 0.5,
    callsPerSecond: 5,
    attempts: 8,
  });
  const handler = createSubscribeHandler({
    groups: cloudwatchLogGroups(plane.client, pace),
    digest: nodeDigest,
    ownLogGroupArn: plane.arnOf(OWN_GROUP),
    sleep,
    timer: () => ({ done: new Promise(() => undefined), cancel: () => undefined }),
    publishFeeds: async (change) => void feedChanges.push(change),
    respond: async (_event, response) => void responses.push(response),
    goOn: async (event) => void handedOver.push(event),
    report: (report) => void reports.push(report),
    logFault: (error) => void faults.push(error),
  });

  /** One event, with every continuation it asks for; answers what CloudFormation hears. */
  async function invoke(event: unknown): Promise<CloudFormationResponse | undefined> {
    const before = responses.length;
    let next: unknown = event;
    while (next !== undefined) {
      const endsAtMs = time.nowMs + time.invocationMs;
      await handler(structuredClone(next), { getRemainingTimeInMillis: () => endsAtMs - time.nowMs });
      next = handedOver.shift();
    }
    return responses.length > before ? responses.at(-1) : undefined;
  }

  return {
    plane,
    reports,
    feedChanges,
    faults,
    time,
    invoke,
    hourly: (wanted: unknown) => invoke({ kind: 'hourly', subscription: wanted }),
    create: (wanted: unknown) => invoke(cloudFormationEvent('Create', wanted)),
    update: (id: string, wanted: unknown, former: unknown) =>
      invoke(cloudFormationEvent('Update', wanted, id, former)),
    remove: (id: string, wanted: unknown) => invoke(cloudFormationEvent('Delete', wanted, id)),
    stop: () => plane.stop(),
  };
}

export type SubscribeStack = Awaited<ReturnType<typeof startSubscribeStack>>;

export function cloudFormationEvent(
  RequestType: 'Create' | 'Update' | 'Delete',
  ResourceProperties: unknown,
  PhysicalResourceId?: string,
  OldResourceProperties?: unknown,
): Readonly<Record<string, unknown>> {
  return {
    RequestType,
    ServiceToken: 'arn:aws:lambda:eu-west-1:123456789012:function:gate-subscribe',
    ResponseURL: 'https://cloudformation-custom-resource-response-euwest1.s3.amazonaws.com/x?signed',
    StackId: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/gate/0',
    RequestId: 'request-1',
    LogicalResourceId: 'Subscriptions',
    ResourceType: 'Custom::GatewardenSubscriptions',
    ResourceProperties,
    ...(PhysicalResourceId === undefined ? {} : { PhysicalResourceId }),
    ...(OldResourceProperties === undefined ? {} : { OldResourceProperties }),
  };
}

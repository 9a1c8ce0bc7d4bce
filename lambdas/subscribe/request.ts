import * as v from 'valibot';
import type { FeedConfig } from '../../core/bundle.js';
import type { FilterIdentity, Subscription } from '../../core/subscriptions/plan-subscription.js';
import { trustedFeeds } from '../../core/subscriptions/trusted-feeds.js';

/** What the function is asked to do: by CloudFormation, by the hourly rule, or by itself to go on. */
export type SubscribeRequest =
  | { readonly kind: 'cloudformation'; readonly event: CloudFormationEvent }
  | { readonly kind: 'hourly'; readonly subscription: unknown }
  | {
      readonly kind: 'continue';
      readonly round: number;
      readonly after: string;
      readonly tally: unknown;
      readonly request: unknown;
    };

export interface CloudFormationEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string | undefined;
  readonly ResourceProperties: unknown;
  readonly OldResourceProperties?: unknown;
}

/** `undefined` for an event that is none of ours. */
export function parseRequest(event: unknown): SubscribeRequest | undefined {
  const cloudFormation = v.safeParse(CLOUDFORMATION, event);
  if (cloudFormation.success) return { kind: 'cloudformation', event: cloudFormation.output };
  const own = v.safeParse(OWN, event);
  return own.success ? own.output : undefined;
}

export type ParsedSubscription =
  | {
      readonly kind: 'subscription';
      readonly subscription: Subscription;
      /** Every selected group and prefix, with what else is known of it. */
      readonly feeds: readonly FeedConfig[];
    }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

/** Reads the properties of the custom resource (and the hourly rule's input); reports all problems together. */
export function parseSubscription(properties: unknown): ParsedSubscription {
  const parsed = v.safeParse(SUBSCRIPTION, properties);
  if (parsed.success) {
    const { FilterName: filterName, DestinationArn: destinationArn, RoleArn: roleArn } = parsed.output;
    const { Names: names, Prefixes: prefixes, OwnPrefixes: ownPrefixes } = parsed.output;
    const selection = { names, prefixes };
    return {
      kind: 'subscription',
      subscription: { filterName, destinationArn, roleArn, selection, ownPrefixes },
      feeds: trustedFeeds(selection, parsed.output.Feeds.map(toFeed)),
    };
  }
  const problems = parsed.issues.map((issue) => `${v.getDotPath(issue) ?? 'properties'}: ${issue.message}`);
  return { kind: 'invalid', problems };
}

export function identityOf(subscription: Subscription): FilterIdentity {
  return { filterName: subscription.filterName, destinationArn: subscription.destinationArn };
}

const CLOUDFORMATION = v.object({
  RequestType: v.picklist(['Create', 'Update', 'Delete']),
  ResponseURL: v.pipe(v.string(), v.url()),
  StackId: v.string(),
  RequestId: v.string(),
  LogicalResourceId: v.string(),
  PhysicalResourceId: v.optional(v.string()),
  ResourceProperties: v.unknown(),
  OldResourceProperties: v.optional(v.unknown()),
});

const OWN = v.variant('kind', [
  v.object({ kind: v.literal('hourly'), subscription: v.unknown() }),
  v.object({
    kind: v.literal('continue'),
    round: v.pipe(v.number(), v.integer(), v.minValue(1)),
    after: v.string(),
    tally: v.unknown(),
    request: v.unknown(),
  }),
]);

// CreateLogGroup: 1 to 512 of these characters. A trailing `*` is the mistake to expect: prefixes need none.
const GROUP_NAME = v.pipe(
  v.string(),
  v.regex(
    /^[.\-_/#A-Za-z0-9]{1,512}$/,
    (issue) => `${issue.received} is not a log group name: letters, digits and . - _ / # only, without *`,
  ),
);

const TEXT = v.optional(v.pipe(v.string(), v.minLength(1)));

const FEED = v.object({
  Feed: GROUP_NAME,
  Format: TEXT,
  AccountId: TEXT,
  Region: TEXT,
  ApiId: TEXT,
  Stage: TEXT,
  ApiType: v.optional(v.picklist(['rest', 'http', 'websocket'])),
  EndpointType: v.optional(v.picklist(['edge', 'regional', 'private'])),
});

function toFeed(feed: v.InferOutput<typeof FEED>): FeedConfig {
  return {
    feed: feed.Feed,
    // Log groups that an operator names are written by API Gateway.
    trust: 'gateway',
    format: feed.Format,
    accountId: feed.AccountId,
    region: feed.Region,
    apiId: feed.ApiId,
    stage: feed.Stage,
    apiType: feed.ApiType,
    ...(feed.EndpointType !== undefined && { endpointType: feed.EndpointType }),
  };
}

const SUBSCRIPTION = v.pipe(
  v.object({
    // PutSubscriptionFilter: 1 to 512 characters, no `:` and no `*`.
    FilterName: v.pipe(
      v.string(),
      v.regex(/^[^:*]{1,512}$/, 'a filter name of 1 to 512 characters without : or *'),
    ),
    DestinationArn: v.pipe(
      v.string(),
      v.regex(/^arn:[^:]+:(lambda|kinesis):/, 'the ARN of a function or a stream'),
    ),
    RoleArn: v.optional(v.pipe(v.string(), v.regex(/^arn:[^:]+:iam:/, 'the ARN of a role'))),
    Names: v.optional(v.array(GROUP_NAME), []),
    Prefixes: v.optional(v.array(GROUP_NAME), []),
    OwnPrefixes: v.optional(v.array(GROUP_NAME), []),
    Feeds: v.optional(v.array(FEED), []),
  }),
  v.check(
    ({ Names, Prefixes }) => Names.length + Prefixes.length > 0,
    'Names and Prefixes are both empty: name at least one log group or prefix',
  ),
  v.check(
    ({ Prefixes, OwnPrefixes }) =>
      !Prefixes.some((prefix) => OwnPrefixes.some((own) => prefix.startsWith(own))),
    'a prefix selects nothing but the log groups of Gatewarden itself',
  ),
);

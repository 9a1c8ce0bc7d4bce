/** Only `standard` groups take subscription filters; `other` is a class this version does not know. */
export type LogGroupClass = 'standard' | 'infrequent-access' | 'delivery' | 'other';

export interface LogGroup {
  readonly name: string;
  /** Without the trailing `:*`. */
  readonly arn: string;
  readonly class: LogGroupClass;
}

/** A subscription filter as it stands on a group, whoever put it. */
export interface SubscriptionFilter {
  readonly name: string;
  readonly destinationArn: string;
  /** The role CloudWatch Logs takes to write to a stream; none for a function. */
  readonly roleArn: string | undefined;
  /** Empty: everything. */
  readonly pattern: string;
}

/**
 * What became of a put. `not-permitted`: the destination does not take events from CloudWatch Logs (yet): a
 * permission or role that has not spread looks the same as one that is missing. `slots-full`: the group has as
 * many filters as the account's quota allows (2 or 5). `group-gone`: it was deleted since it was listed.
 */
export type PutFilterOutcome = 'put' | 'slots-full' | 'not-permitted' | 'group-gone';

/**
 * The control plane of CloudWatch Logs, of one account and region. Throttling is waited out inside; what is left
 * (denied, service down, rejected) is `Fault('logs.failed')` with `operation`, `group` and the service's `error` name.
 */
export interface LogGroups {
  /** The group of exactly this name. */
  group(name: string): Promise<LogGroup | undefined>;
  /** Every group whose name starts with `prefix`, in order of name. */
  groups(prefix: string): AsyncIterable<LogGroup>;
  /** `undefined` when the group is gone. */
  tags(groupArn: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** Sets one tag, keeping all others. */
  tag(groupArn: string, key: string, value: string): Promise<void>;
  /** Every filter on the group; `undefined` when the group is gone. */
  filters(groupName: string): Promise<readonly SubscriptionFilter[] | undefined>;
  /** Creates the filter, or replaces the one of the same name. */
  putFilter(groupName: string, filter: SubscriptionFilter): Promise<PutFilterOutcome>;
  /** `absent` when the filter, or its group, is gone already. */
  deleteFilter(groupName: string, filterName: string): Promise<'deleted' | 'absent'>;
}

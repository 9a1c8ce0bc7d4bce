import type { ApiType, EndpointType } from '../core/calls/api-call.js';

/** A log group by its exact name, or every group whose name starts with a prefix. */
export type LogSource = LogGroupByName | LogGroupsByPrefix;

export interface LogGroupByName {
  readonly name: string;
  /** What is known of the calls in it; worth giving where the lines themselves do not say. */
  readonly feed?: FeedProps;
}

export interface LogGroupsByPrefix {
  /** At least one character, without `*`. New groups under it are found within the hour. */
  readonly prefix: string;
}

export interface FeedProps {
  /** The stage's `accessLogSettings.format` (docs/log-formats.md has good ones); without it the format is inferred line by line. */
  readonly format?: string;
  readonly apiId?: string;
  readonly stage?: string;
  readonly apiType?: ApiType;
  readonly region?: string;
  /** Of an execution log group: of an edge-optimised API the last forwarded address is CloudFront's, and the caller the one before. */
  readonly endpointType?: EndpointType;
}

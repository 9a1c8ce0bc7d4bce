/** One log group of the emulated account. */
export interface EmulatedGroup {
  readonly class: 'STANDARD' | 'INFREQUENT_ACCESS' | 'DELIVERY';
  readonly tags: Map<string, string>;
  readonly filters: Map<string, EmulatedFilter>;
}

export interface EmulatedFilter {
  readonly destinationArn: string;
  readonly roleArn: string | undefined;
  readonly filterPattern: string;
}

/** What the account allows and how the service behaves; tests change it as they go. */
export interface Behaviour {
  /** Filters a group may have: 2 in older documents, 5 in newer ones. */
  slots: number;
  pageSize: number;
  /** That many of the next puts find the destination's permission not in force yet. */
  refusedPuts: number;
  /** That many of the next calls are throttled. */
  throttledCalls: number;
  /** Answers `AccessDeniedException` where it is true. */
  denies: (operation: string, groupName: string | undefined) => boolean;
}

export const DEFAULT_BEHAVIOUR: Readonly<Behaviour> = {
  slots: 2,
  pageSize: 3,
  refusedPuts: 0,
  throttledCalls: 0,
  denies: () => false,
};

export const ACCOUNT_PREFIX = 'arn:aws:logs:eu-west-1:123456789012:log-group:';

/** An error as the service words it. */
export class ServiceError extends Error {
  constructor(
    readonly type: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

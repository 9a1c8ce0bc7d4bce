import type { LogGroups } from '../../core/ports/log-groups.js';

/** What a walk over the groups talks to. */
export interface ReconcilePorts {
  readonly groups: LogGroups;
  readonly sleep: (ms: number) => Promise<void>;
  /** False once there is only time left to hand over. */
  readonly hasTime: () => boolean;
  /** False once what this run wants is not wanted any more; asked on both sides of every put. */
  readonly isCurrent: () => Promise<boolean>;
}

import type { Alert } from './finding-store.js';

/**
 * One channel that alerts are announced on (SNS topic, event bus, terminal). At least once: a receiver tells repeats
 * by the alert's id and `magnitude`. Throws `Fault('publish.failed')`.
 */
export interface Publisher {
  readonly name: string;
  publish(alert: Alert): Promise<void>;
}

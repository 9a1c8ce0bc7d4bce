import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { GatewardenData } from './data.js';

/** What every capability needs. */
export interface CommonProps {
  readonly data: GatewardenData;
  readonly logRetention: RetentionDays;
}

import { Duration } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import type { CommonProps } from './common-props.js';
import { GatewardenFunction } from './gatewarden-function.js';
import { runOnSchedule } from './scheduled-function.js';
import { allowTables, allowTrailEvents, tableEnvironment } from './table-environment.js';

/** Folds counts and last-seen times from the trail into the inventory, once an hour, and demotes rules that broke their budget. */
export class Learn extends Construct {
  readonly fn: GatewardenFunction;

  constructor(scope: Construct, id: string, { data, logRetention }: CommonProps) {
    super(scope, id);
    this.fn = new GatewardenFunction(this, 'Folder', {
      folder: 'learn',
      description: 'folds counts and profiles from the trail',
      memoryMb: 1024,
      timeout: Duration.minutes(15),
      environment: tableEnvironment(data),
      logRetention,
      failures: data.failures,
      retryAttempts: 2,
      maxEventAge: Duration.hours(1),
    });
    allowTables(this.fn, data, {
      Trail: { actions: ['GetItem', 'Query'] },
      Findings: { actions: [], indexes: ['by-status'] },
      State: { actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem'] },
      Inventory: { actions: ['Query', 'PutItem'], indexes: ['listed'] },
    });
    // It reads all of the trail, and writes only that a rule was demoted.
    allowTrailEvents(this.fn, data);
    runOnSchedule(this, 'Hourly', {
      description: 'folds the last hours',
      schedule: Schedule.cron({ minute: '7' }),
      fn: this.fn,
    });
  }
}

import { Duration } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import type { CommonProps } from './common-props.js';
import { GatewardenFunction } from './gatewarden-function.js';
import { runOnSchedule } from './scheduled-function.js';
import { allowTables, tableEnvironment } from './table-environment.js';

/** Judges each minute of traffic as a whole: error rates, latencies and silence. */
export class Minutes extends Construct {
  readonly fn: GatewardenFunction;

  constructor(scope: Construct, id: string, { data, logRetention }: CommonProps) {
    super(scope, id);
    this.fn = new GatewardenFunction(this, 'Judge', {
      folder: 'minutes',
      description: 'judges the minutes of traffic',
      memoryMb: 1024,
      timeout: Duration.minutes(5),
      environment: tableEnvironment(data),
      logRetention,
      failures: data.failures,
      // The next minute's run is the retry.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(5),
    });
    allowTables(this.fn, data, {
      Trail: { actions: ['GetItem', 'Query', 'BatchWriteItem'] },
      State: {
        actions: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
        indexes: ['listed'],
      },
      Findings: { actions: ['GetItem', 'UpdateItem'] },
    });
    runOnSchedule(this, 'EachMinute', {
      description: 'judges the minutes that are over',
      schedule: Schedule.rate(Duration.minutes(1)),
      fn: this.fn,
    });
  }
}

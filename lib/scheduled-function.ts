import { Duration } from 'aws-cdk-lib';
import { Rule, type RuleTargetInput, type Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import type { GatewardenFunction } from './gatewarden-function.js';

export interface ScheduleProps {
  readonly description: string;
  readonly schedule: Schedule;
  readonly fn: GatewardenFunction;
  readonly event?: RuleTargetInput;
}

/** Runs a function on a schedule. A run that cannot be delivered is not kept: the next one does its work as well. */
export function runOnSchedule(scope: Construct, id: string, props: ScheduleProps): Rule {
  const { description, schedule, fn, event } = props;
  return new Rule(scope, id, {
    description: `Gatewarden: ${description}`,
    schedule,
    targets: [
      new LambdaFunction(fn.function, {
        retryAttempts: 2,
        maxEventAge: Duration.minutes(5),
        ...(event === undefined ? {} : { event }),
      }),
    ],
  });
}

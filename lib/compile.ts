import { Duration, Stack } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { CommonProps } from './common-props.js';
import { GatewardenFunction } from './gatewarden-function.js';
import { runOnSchedule } from './scheduled-function.js';
import { allowTables, tableEnvironment } from './table-environment.js';

export interface CompileProps extends CommonProps {
  /** Rules lie below `<prefix>/rules/` in Parameter Store, settings below `<prefix>/settings/`. */
  readonly parameterPrefix: string;
}

/** Compiles rules and settings from Parameter Store into the bundle: on each change, and every five minutes. */
export class Compile extends Construct {
  readonly fn: GatewardenFunction;

  constructor(scope: Construct, id: string, props: CompileProps) {
    super(scope, id);
    const { data, parameterPrefix: prefix } = props;
    if (!PREFIX.test(prefix))
      throw new RangeError(`parameterPrefix: seen ${prefix}, expected a path such as /gatewarden`);
    this.fn = new GatewardenFunction(this, 'Compiler', {
      folder: 'compile',
      description: 'compiles rules and settings into the bundle',
      // Thousands of rules are parsed at once; the time this takes goes by the processor that comes with the memory.
      memoryMb: 1024,
      timeout: Duration.minutes(3),
      environment: {
        ...tableEnvironment(data),
        GATEWARDEN_PARAMETER_PREFIX: prefix,
        GATEWARDEN_GUARD_BUCKET: data.failures.bucketName,
      },
      logRetention: props.logRetention,
      failures: data.failures,
      retryAttempts: 2,
      maxEventAge: Duration.hours(1),
    });
    const stack = Stack.of(this);
    const parameters = (path: string) =>
      stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName: path });
    const name = prefix.slice(1);
    this.fn.allow(
      'ReadConfiguration',
      ['ssm:GetParametersByPath'],
      // Whoever may read a path may read all below it.
      [parameters(`${name}/rules`), parameters(`${name}/settings`)],
    );
    allowTables(this.fn, data, {
      State: {
        actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
        leadingKeys: ['BUNDLE', 'BUNDLE#*', 'LIFECYCLE#*', 'CURSOR#*'],
      },
      Findings: { actions: ['PutItem'], indexes: ['by-status'], leadingKeys: ['FINDING#*'] },
      Trail: { actions: ['PutItem'], leadingKeys: ['LOG#*'] },
    });
    this.fn.allow('WriteGuardBundle', ['s3:PutObject'], [data.failures.arnForObjects('guard/bundle.json')], {
      conditions: { StringEquals: { 's3:ResourceAccount': stack.account } },
    });
    this.runOnChanges(prefix);
    runOnSchedule(this, 'EveryFiveMinutes', {
      description: 'compiles what a lost change event left out',
      schedule: Schedule.rate(Duration.minutes(5)),
      fn: this.fn,
    });
  }

  /** Events of Parameter Store are best effort: the schedule is the guarantee. */
  private runOnChanges(prefix: string): void {
    new Rule(this, 'OnChange', {
      description: 'Gatewarden: compiles rules and settings when one has changed',
      eventPattern: {
        source: ['aws.ssm'],
        detailType: ['Parameter Store Change'],
        detail: { name: [{ prefix: `${prefix}/rules/` }, { prefix: `${prefix}/settings/` }] },
      },
      targets: [new LambdaFunction(this.fn.function, { retryAttempts: 2, maxEventAge: Duration.minutes(5) })],
    });
  }
}

const PREFIX = /^(\/[A-Za-z0-9_.-]+)+$/;

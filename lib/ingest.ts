import { Duration, Stack } from 'aws-cdk-lib';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { type BufferProps, LogBuffer } from './buffer.js';
import type { CommonProps } from './common-props.js';
import { GatewardenFunction } from './gatewarden-function.js';
import { anyLogGroupArn, type SubscriptionTarget } from './subscription-target.js';
import { allowTables, tableEnvironment } from './table-environment.js';

export interface IngestProps extends CommonProps {
  readonly buffering: BufferProps;
}

/** The collector: takes log events from CloudWatch Logs, directly or out of a stream. */
export class Ingest extends Construct {
  readonly fn: GatewardenFunction;
  readonly buffer: LogBuffer | undefined;
  readonly target: SubscriptionTarget;

  constructor(scope: Construct, id: string, props: IngestProps) {
    super(scope, id);
    const { data } = props;
    this.fn = new GatewardenFunction(this, 'Collector', {
      folder: 'ingest',
      description: 'decodes access logs, evaluates rules, writes trail and alerts',
      memoryMb: 512,
      timeout: Duration.minutes(2),
      environment: tableEnvironment(data),
      logRetention: props.logRetention,
      failures: data.failures,
      // After the 202, CloudWatch does not retry any more: these two attempts and six hours are all there is.
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
    });
    allowTables(this.fn, data, {
      Trail: { actions: ['PutItem', 'BatchWriteItem'] },
      State: {
        actions: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
        indexes: ['listed'],
      },
      Findings: { actions: ['GetItem', 'UpdateItem'] },
      Inventory: { actions: ['GetItem', 'PutItem', 'UpdateItem'] },
    });
    this.buffer =
      props.buffering.kind === 'kinesis'
        ? new LogBuffer(this, 'Buffer', { data, fn: this.fn, buffering: props.buffering })
        : undefined;
    this.target = this.buffer?.target ?? this.directTarget();
  }

  /**
   * One statement for all log groups of the account: a function's policy ends at 20 KB, so one statement a group would
   * cap the number of groups. Which groups deliver is decided by who may put filters, not here.
   */
  private directTarget(): SubscriptionTarget {
    const { account } = Stack.of(this);
    const permission = new CfnPermission(this, 'InvokedByLogs', {
      action: 'lambda:InvokeFunction',
      functionName: this.fn.function.functionArn,
      principal: 'logs.amazonaws.com',
      sourceArn: anyLogGroupArn(this),
      sourceAccount: account,
    });
    return { destinationArn: this.fn.function.functionArn, ready: [permission] };
  }
}

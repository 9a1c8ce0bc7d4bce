import { Duration, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import { EventSourceMapping, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.js';
import type { GatewardenData } from './data.js';
import type { GatewardenFunction } from './gatewarden-function.js';
import { anyLogGroupArn, type SubscriptionTarget } from './subscription-target.js';

/**
 * How log events reach the collector. `direct`: CloudWatch Logs invokes it, nothing to pay while idle. `kinesis`: an
 * on-demand stream between the two, for many calls: batches grow (which is what a call costs), a day of events waits out a
 * fault, and order within a shard is kept.
 */
export type BufferProps = { readonly kind: 'direct' } | KinesisProps;

export interface KinesisProps {
  readonly kind: 'kinesis';
  /** Batches of one shard processed at the same time, 1 to 10; default 2. */
  readonly parallelizationFactor?: number;
}

interface LogBufferProps {
  readonly data: GatewardenData;
  readonly fn: GatewardenFunction;
  readonly buffering: KinesisProps;
}

export class LogBuffer extends Construct {
  readonly stream: Stream;
  readonly target: SubscriptionTarget;

  constructor(scope: Construct, id: string, { data, fn, buffering }: LogBufferProps) {
    super(scope, id);
    this.stream = new Stream(this, 'Stream', {
      streamMode: StreamMode.ON_DEMAND,
      encryption: StreamEncryption.KMS,
      encryptionKey: data.key,
      retentionPeriod: Duration.hours(24),
    });
    acknowledge(this.stream, {
      'AwsSolutions-KDS3':
        'The key of the data stack encrypts log events everywhere they rest: one key to audit and to revoke, where the AWS managed one could not be revoked.',
    });
    this.target = this.createTarget(data);

    fn.allow(
      'ReadBuffer',
      [
        'kinesis:DescribeStream',
        'kinesis:DescribeStreamSummary',
        'kinesis:GetRecords',
        'kinesis:GetShardIterator',
        'kinesis:ListShards',
        // Lambda's guide asks for it as well; it bears on enhanced fan-out only, which has no consumer here.
        'kinesis:SubscribeToShard',
      ],
      [this.stream.streamArn],
    );
    fn.allow('BufferKey', ['kms:Decrypt'], [data.key.keyArn], {
      conditions: { StringEquals: { 'kms:ViaService': `kinesis.${Stack.of(this).region}.amazonaws.com` } },
    });
    const mapping = new EventSourceMapping(this, 'Mapping', {
      target: fn.function,
      eventSourceArn: this.stream.streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(5),
      parallelizationFactor: buffering.parallelizationFactor ?? 2,
      reportBatchItemFailures: true,
      // Finds the one record that fails, so that the others of its batch go through.
      bisectBatchOnError: true,
      retryAttempts: 5,
      maxRecordAge: Duration.hours(12),
      onFailure: { bind: () => ({ destination: data.failures.bucketArn }) },
    });
    // The mapping tries to read the stream when it is created.
    mapping.node.addDependency(fn.function.role ?? fn);
  }

  private createTarget(data: GatewardenData): SubscriptionTarget {
    const stack = Stack.of(this);
    const role = new Role(this, 'FromLogs', {
      description: 'Gatewarden: lets CloudWatch Logs write log events into the buffer',
      assumedBy: new ServicePrincipal('logs.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          StringLike: { 'aws:SourceArn': anyLogGroupArn(this) },
        },
      }),
    });
    const statements = [
      {
        sid: 'Write',
        actions: ['kinesis:PutRecord', 'kinesis:PutRecords'],
        resources: [this.stream.streamArn],
      },
      { sid: 'Key', actions: ['kms:GenerateDataKey'], resources: [data.key.keyArn] },
    ];
    for (const statement of statements) {
      role.addToPolicy(new PolicyStatement({ effect: Effect.ALLOW, ...statement }));
    }
    return { destinationArn: this.stream.streamArn, roleArn: role.roleArn, ready: [role] };
  }
}

import { Duration, Stack } from 'aws-cdk-lib';
import { type IEventBus, Schedule } from 'aws-cdk-lib/aws-events';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { CommonProps } from './common-props.js';
import { GatewardenFunction } from './gatewarden-function.js';
import { runOnSchedule } from './scheduled-function.js';
import { allowTables, tableEnvironment } from './table-environment.js';

export interface NotifyProps extends CommonProps {
  /** Where alerts are published as events too; default: the account's default bus. */
  readonly eventBus?: IEventBus | undefined;
}

/** Announces alerts: drains the outbox each minute to a topic and an event bus. */
export class Notify extends Construct {
  readonly fn: GatewardenFunction;
  /** Subscribe people and tools here. */
  readonly alerts: Topic;

  constructor(scope: Construct, id: string, props: NotifyProps) {
    super(scope, id);
    const { data } = props;
    const stack = Stack.of(this);
    this.alerts = new Topic(this, 'Alerts', {
      displayName: 'Gatewarden alerts',
      masterKey: data.key,
      enforceSSL: true,
    });
    const bus = props.eventBus;
    const busArn =
      bus?.eventBusArn ??
      stack.formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' });
    this.fn = new GatewardenFunction(this, 'Announcer', {
      folder: 'notify',
      description: 'announces alerts on the topic and the event bus',
      memoryMb: 256,
      timeout: Duration.minutes(1),
      environment: {
        ...tableEnvironment(data),
        GATEWARDEN_TOPIC_ARN: this.alerts.topicArn,
        GATEWARDEN_EVENT_BUS: bus?.eventBusName ?? 'default',
      },
      logRetention: props.logRetention,
      failures: data.failures,
      // The next minute's sweep is the retry.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(5),
    });
    allowTables(this.fn, data, {
      Findings: { actions: ['UpdateItem'], indexes: ['announce'] },
      Inventory: { actions: [], indexes: ['listed'] },
    });
    this.fn.allow('Announce', ['sns:Publish'], [this.alerts.topicArn]);
    this.fn.allow('TopicKey', ['kms:Decrypt', 'kms:GenerateDataKey'], [data.key.keyArn], {
      conditions: { StringEquals: { 'kms:ViaService': `sns.${stack.region}.amazonaws.com` } },
    });
    this.fn.allow('Publish', ['events:PutEvents'], [busArn], {
      conditions: {
        // The key holds a source for each entry; without the null check an empty set would satisfy it.
        'ForAllValues:StringEquals': { 'events:source': 'gatewarden' },
        Null: { 'events:source': 'false' },
      },
    });
    runOnSchedule(this, 'EachMinute', {
      description: 'announces what is waiting',
      schedule: Schedule.rate(Duration.minutes(1)),
      fn: this.fn,
    });
  }
}

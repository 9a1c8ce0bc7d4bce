import { PublishCommand, type PublishCommandInput, type SNSClient } from '@aws-sdk/client-sns';
import { defangedAlert } from '../../core/alerts/defanged.js';
import { Fault } from '../../core/fault.js';
import type { Alert } from '../../core/ports/finding-store.js';
import type { Publisher } from '../../core/ports/publisher.js';

/** Announces alerts on an SNS topic. Message attributes let a subscription filter by level, rule and API. */
export function snsPublisher(client: SNSClient, topicArn: string): Publisher {
  return {
    name: 'sns',
    async publish(alert) {
      try {
        await client.send(new PublishCommand(publishParams(topicArn, alert)));
      } catch (cause) {
        throw new Fault('publish.failed', { channel: 'sns', alert: alert.id }, { cause });
      }
    },
  };
}

/** A subject takes printable ASCII up to 100 characters, and starts with a letter, digit or punctuation mark. */
const SUBJECT_MAX = 100;

export function publishParams(topicArn: string, alert: Alert): PublishCommandInput {
  const subject = `[${alert.level}] ${alert.title}`.replace(/[^\x20-\x7e]+/g, ' ');
  return {
    TopicArn: topicArn,
    Subject: subject.slice(0, SUBJECT_MAX),
    Message: JSON.stringify(defangedAlert(alert)),
    MessageAttributes: {
      level: { DataType: 'String', StringValue: alert.level },
      ruleId: { DataType: 'String', StringValue: alert.ruleId },
      ...(alert.apiId === undefined ? {} : { apiId: { DataType: 'String', StringValue: alert.apiId } }),
    },
  };
}

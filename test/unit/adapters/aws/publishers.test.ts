import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { eventBridgePublisher, putEventsParams } from '../../../../adapters/aws/event-bridge-publisher.js';
import { publishParams, snsPublisher } from '../../../../adapters/aws/sns-publisher.js';
import { alertSample } from '../../core/alerts/samples.js';

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alerts';

const HOSTILE = alertSample({ group: { principal: 'http://evil.example <!here>' } });

/** A client that answers with this body and status, and sends nothing anywhere. */
function answering(status: number, body: string, contentType: string) {
  return {
    region: 'eu-central-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
    maxAttempts: 1,
    requestHandler: {
      handle: async () => ({
        response: {
          statusCode: status,
          headers: { 'content-type': contentType },
          body: new Blob([body]).stream(),
          reason: '',
        },
      }),
    },
  };
}

describe('SNS', () => {
  it('gets the whole alert, a plain subject and attributes to filter by', () => {
    const params = publishParams(TOPIC, alertSample({ title: `Überfall\n${'x'.repeat(200)}` }));
    expect(params.Subject).toMatch(/^\[medium\] [\x20-\x7e]+$/);
    expect(params.Subject?.length).toBeLessThanOrEqual(100);
    expect(JSON.parse(params.Message ?? '')).toMatchObject({ id: alertSample().id, why: alertSample().why });
    expect(Object.keys(params.MessageAttributes ?? {})).toEqual(['level', 'ruleId', 'apiId']);
  });

  it('gets what callers wrote without links and mentions', () => {
    const { Message = '' } = publishParams(TOPIC, HOSTILE);
    expect(JSON.parse(Message)).toMatchObject({ group: { principal: 'hxxp[:]//evil[.]example ‹!here›' } });
  });

  it('that fails is a fault that names channel and alert', async () => {
    const client = new SNSClient(answering(500, '{}', 'application/json'));
    await expect(snsPublisher(client, TOPIC).publish(alertSample())).rejects.toMatchObject({
      code: 'publish.failed',
      details: { channel: 'sns', alert: alertSample().id },
    });
  });
});

describe('EventBridge', () => {
  it('gets the whole alert as detail', () => {
    const [entry] = putEventsParams('bus', alertSample()).Entries ?? [];
    expect(entry).toMatchObject({
      EventBusName: 'bus',
      Source: 'gatewarden',
      DetailType: 'Gatewarden Alert',
    });
    expect(JSON.parse(entry?.Detail ?? '')).toMatchObject({ id: alertSample().id });
  });

  it('gets what callers wrote without links and mentions', () => {
    const [entry] = putEventsParams('bus', HOSTILE).Entries ?? [];
    expect(JSON.parse(entry?.Detail ?? '').group).toEqual({ principal: 'hxxp[:]//evil[.]example ‹!here›' });
  });

  it('that answers 200 but took nothing is a fault', async () => {
    const body = JSON.stringify({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] });
    const client = new EventBridgeClient(answering(200, body, 'application/x-amz-json-1.1'));
    await expect(eventBridgePublisher(client, 'bus').publish(alertSample())).rejects.toMatchObject({
      code: 'publish.failed',
      details: { code: 'InternalFailure' },
    });
  });
});

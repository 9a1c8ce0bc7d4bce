import { describe, expect, it } from 'vitest';
import { decodeAnswer } from '../../../../adapters/aws/collector-answer.js';
import { decodeFailureRecord, functionNameOf, mayBeOf } from '../../../../adapters/aws/failure-record.js';
import { decodeStackNames } from '../../../../adapters/aws/stack-parameter.js';

const ARN = 'arn:aws:lambda:eu-central-1:123456789012:function:gate-Collector-AbC';
const CONTEXT = {
  requestId: 'e4b46cbf-b738-xmpl-8880-a18cdf61200e',
  functionArn: `${ARN}:$LATEST`,
  condition: 'RetriesExhausted',
  approximateInvokeCount: 3,
};

describe('a record of the failure bucket', () => {
  it('holds the event of an asynchronous invocation', () => {
    const event = { awslogs: { data: 'H4sI' } };
    const record = {
      version: '1.0',
      timestamp: '2026-03-03T12:00:00.123Z',
      requestContext: CONTEXT,
      requestPayload: event,
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'Fault', errorMessage: 'store.throttled' },
    };
    expect(decodeFailureRecord(JSON.stringify(record))).toEqual({
      functionName: 'gate-Collector-AbC',
      event: JSON.stringify(event),
      failedMs: Date.UTC(2026, 2, 3, 12, 0, 0, 123),
      condition: 'RetriesExhausted',
      attempts: 3,
    });
  });

  it('holds the records of a stream as text', () => {
    const payload = JSON.stringify({ Records: [{ kinesis: { data: 'H4sI' } }] });
    const record = {
      requestContext: { ...CONTEXT, functionArn: ARN, condition: 'RetryAttemptsExhausted' },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: '2026-03-03T12:00:00Z',
      KinesisBatchInfo: { shardId: 'shardId-000000000001', batchSize: 1 },
      payload,
    };
    expect(decodeFailureRecord(JSON.stringify(record))).toMatchObject({
      functionName: 'gate-Collector-AbC',
      event: payload,
      condition: 'RetryAttemptsExhausted',
    });
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['a list', '[]'],
    ['a record without its event', JSON.stringify({ timestamp: '2026-03-03', requestContext: CONTEXT })],
    ['one of no function', JSON.stringify({ timestamp: '2026-03-03', requestContext: {}, payload: '{}' })],
    ['one of no time', JSON.stringify({ timestamp: 'x', requestContext: CONTEXT, payload: '{}' })],
  ])('is not %s', (_, text) => {
    expect(decodeFailureRecord(text)).toBeUndefined();
  });

  it('lies under the function it is of, or under a stream', () => {
    expect(mayBeOf('collector', 'aws/lambda/async/collector/2026/03/03/x')).toBe(true);
    expect(mayBeOf('collector', 'aws/lambda/async/collector-2/2026/03/03/x')).toBe(false);
    expect(mayBeOf('collector', 'aws/lambda/0f1e2d3c/shardId-000000000001/2026/03/03/x')).toBe(true);
  });

  it.each([
    [`${ARN}:$LATEST`, 'gate-Collector-AbC'],
    [ARN, 'gate-Collector-AbC'],
    ['gate-Collector-AbC', 'gate-Collector-AbC'],
    ['gate-Collector-AbC:live', 'gate-Collector-AbC'],
    ['arn:aws:lambda', undefined],
    ['', undefined],
  ])('names the function of %s', (arn, expected) => {
    expect(functionNameOf(arn)).toBe(expected);
  });
});

describe('the answer of the collector', () => {
  it.each([
    ['nothing failed', undefined, '{"batchItemFailures":[]}', { kind: 'done' }],
    [
      'a record of a stream failed',
      undefined,
      '{"batchItemFailures":[{"itemIdentifier":"1"}]}',
      { kind: 'failed', reason: '1 of its records failed' },
    ],
    [
      'it threw',
      'Unhandled',
      '{"errorType":"Fault","errorMessage":"store.throttled: table=State"}',
      { kind: 'failed', reason: 'store.throttled: table=State' },
    ],
    ['it ran out of time', 'Unhandled', 'null', { kind: 'failed', reason: 'Unhandled' }],
    [
      'it is another function',
      undefined,
      '"ok"',
      { kind: 'failed', reason: 'not an answer of the collector' },
    ],
    ['nothing came', undefined, '', { kind: 'failed', reason: 'not an answer of the collector' }],
  ])('tells that %s', (_, error, answer, expected) => {
    expect(decodeAnswer(error, answer)).toEqual(expected);
  });
});

describe('the parameter of a stack', () => {
  it('names the parts, and nothing less will do', () => {
    const names = {
      collector: 'c',
      failures: 'f',
      state: 's',
      inventory: 'i',
      findings: 'g',
      trail: 't',
      parameters: '/p',
    };
    expect(decodeStackNames(JSON.stringify({ ...names, later: 'x' }))).toEqual(names);
    for (const value of ['', 'null', '{}', JSON.stringify({ ...names, state: '' })])
      expect(decodeStackNames(value)).toBeUndefined();
  });
});

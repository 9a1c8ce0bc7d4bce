import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Collector } from '../../../adapters/aws/collector.js';
import { decodeAnswer } from '../../../adapters/aws/collector-answer.js';
import type { FailureBucket } from '../../../adapters/aws/failure-bucket.js';
import { decodeFailureRecord } from '../../../adapters/aws/failure-record.js';
import { nodeDigest } from '../../../adapters/node/node-digest.js';
import { type OpenInstallation, replayCommand } from '../../../cli/replay.js';
import type { Bundle } from '../../../core/bundle.js';
import { toVersionedBundle } from '../../../core/bundle-version.js';
import {
  accessLine,
  bundleOf,
  kinesisEvent,
  type LogEvent,
  NOW_MS,
  subscriptionEvent,
  World,
} from '../../integration/faults-world.js';
import { correlation, eventRule } from '../core/alerts/samples.js';
import { capturedIo } from './captured-io.js';

const BUNDLE = bundleOf([eventRule(), correlation({ threshold: 5 })]);
const ARN = 'arn:aws:lambda:eu-central-1:123456789012:function:gate-Collector';
const COMMON =
  '$context.identity.sourceIp - - [$context.requestTime] "$context.httpMethod $context.path $context.protocol" $context.status $context.responseLength $context.requestId';

function jsonEvents(from: number, to: number): LogEvent[] {
  return Array.from({ length: to - from }, (_, at) => ({
    id: `event-${from + at}`,
    timestamp: NOW_MS - 60_000 + from + at,
    message: accessLine({
      requestId: `request-${from + at}`,
      ip: '192.0.2.7',
      requestTimeEpoch: NOW_MS - 60_000 + from + at,
      httpMethod: 'GET',
      path: '/pets/1',
      routeKey: 'GET /pets/{id}',
      status: 404,
      protocol: 'HTTP/1.1',
    }),
  }));
}

/** Lines that the gateway's own format reads and that of JSON does not. */
function commonEvents(count: number): LogEvent[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `common-${at}`,
    timestamp: NOW_MS - 60_000 + at,
    message: `192.0.2.7 - - [03/Mar/2026:11:59:0${at} +0000] "GET /pets/1 HTTP/1.1" 404 12 request-c${at}`,
  }));
}

function withFormat(format: string): Bundle {
  const feeds = BUNDLE.feeds.map((feed) => ({ ...feed, format }));
  return toVersionedBundle({ ...BUNDLE, feeds }, nodeDigest);
}

/** The bucket and the function of an installation over a world, as Lambda would fill the one and run the other. */
class Aws {
  readonly objects = new Map<string, string>();
  given = 0;
  inFlight = 0;
  mostInFlight = 0;
  isThrottled = false;

  constructor(
    private readonly world: World,
    public bundle: Bundle,
  ) {}

  fail(event: unknown, functionArn = `${ARN}:$LATEST`): void {
    const key = `aws/lambda/async/gate-Collector/2026/03/03/${this.objects.size}`;
    const requestContext = { functionArn, condition: 'RetriesExhausted', approximateInvokeCount: 3 };
    const record = { timestamp: '2026-03-03T11:00:00Z', requestContext, requestPayload: event };
    this.objects.set(key, JSON.stringify(record));
  }

  readonly open: OpenInstallation = async (where) => {
    if ('stack' in where && where.stack !== 'gate') return undefined;
    const objects = this.objects;
    const failures: FailureBucket = {
      async *objects() {
        for (const key of [...objects.keys()]) yield { key, sizeBytes: 1 };
      },
      record: async (key) => decodeFailureRecord(objects.get(key) ?? ''),
      remove: async (key) => void objects.delete(key),
    };
    const { stores } = await this.world.container(this.bundle);
    const state = {
      bundle: async () => this.bundle,
      poison: stores.state.poison.bind(stores.state),
      deletePoison: stores.state.deletePoison.bind(stores.state),
    };
    return { failures, state, collector: { name: 'gate-Collector', give: this.give } };
  };

  private readonly give: Collector['give'] = async (event) => {
    this.given += 1;
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    try {
      if (this.isThrottled) return { kind: 'failed', reason: 'TooManyRequestsException' };
      const { handler } = await this.world.container(this.bundle);
      return decodeAnswer(undefined, JSON.stringify(await handler(JSON.parse(event))));
    } catch (error) {
      return decodeAnswer('Unhandled', JSON.stringify({ errorMessage: String(error) }));
    } finally {
      this.inFlight -= 1;
    }
  };
}

async function replay(aws: Aws, ...args: readonly string[]) {
  const captured = capturedIo(NOW_MS);
  const command = replayCommand(captured.io, aws.open).exitOverride();
  command.configureOutput({ writeErr: () => undefined });
  await command.parseAsync([...args], { from: 'user' });
  return { out: captured.out(), code: captured.exitCode() };
}

async function replayed(aws: Aws, ...args: readonly string[]) {
  const { out, code } = await replay(aws, '--stack', 'gate', '--json', ...args);
  return { ...(JSON.parse(out) as Record<string, unknown>), code };
}

async function poisoned(world: World): Promise<number> {
  const { stores } = await world.container(BUNDLE);
  let count = 0;
  for await (const _ of stores.state.poison(0)) count += 1;
  return count;
}

describe('gatewarden replay --stack', () => {
  let world: World;
  let aws: Aws;
  beforeEach(async () => {
    world = await World.open();
    aws = new Aws(world, BUNDLE);
  });
  afterEach(() => world.close());

  it('gives every failed payload to the collector again and takes it out of the bucket; nothing doubles', async () => {
    const events = Array.from({ length: 9 }, (_, at) => subscriptionEvent(jsonEvents(at, at + 1)));
    for (const event of events) aws.fail(event);
    // One of them had got through before its answer was lost.
    await (await world.container(BUNDLE)).handler(events[0]);
    expect(await replayed(aws)).toMatchObject({ replayed: 9, failed: 0, code: 0 });
    const { calls, alerts } = await world.contents();
    expect(calls).toHaveLength(9);
    expect(alerts).toMatchObject([{ count: 9 }]);
    expect(aws.objects.size).toBe(0);
    expect(aws.mostInFlight).toBeLessThanOrEqual(4);

    for (const event of events) aws.fail(event);
    expect(await replayed(aws)).toMatchObject({ replayed: 9 });
    expect(await world.contents()).toEqual({ calls, alerts });
  });

  it('shows with --dry-run what lies there, and changes nothing', async () => {
    aws.fail(subscriptionEvent(jsonEvents(0, 3)));
    aws.fail({ awslogs: { data: 'broken' } });
    expect(await replayed(aws, '--dry-run')).toMatchObject({
      readable: 1,
      unreadable: 1,
      payloads: [
        { outcome: 'readable', feed: 'pets-access', calls: 3, condition: 'RetriesExhausted', attempts: 3 },
        { outcome: 'unreadable', calls: 0, reason: expect.stringContaining('payload.unreadable') },
      ],
      code: 0,
    });
    expect(aws.given).toBe(0);
    expect(aws.objects.size).toBe(2);
    const { out } = await replay(aws, '--stack', 'gate', '--dry-run');
    expect(out).toContain('RetriesExhausted, 3 attempts, 2026-03-03T11:00:00.000Z');
    expect(out).toContain('1 readable, 1 unreadable');
  });

  it('leaves what fails again where it lies, says why, and exits with 2', async () => {
    aws.fail({ awslogs: { data: 'broken' } });
    aws.fail(kinesisEvent([jsonEvents(0, 1), Buffer.from('x'.repeat(100_000))]));
    aws.fail(subscriptionEvent(jsonEvents(1, 2)));
    const answer = await replayed(aws);
    expect(answer).toMatchObject({ replayed: 1, failed: 2, code: 2 });
    expect(aws.objects.size).toBe(2);
    aws.isThrottled = true;
    expect(await replayed(aws)).toMatchObject({ failed: 2, code: 2 });
    expect(aws.objects.size).toBe(2);
  });

  it('leaves the payloads of other functions alone', async () => {
    aws.fail({ source: 'aws.events' }, ARN.replace('Collector', 'Folder'));
    expect(await replayed(aws)).toMatchObject({ replayed: 0, payloads: [] });
    expect([aws.given, aws.objects.size]).toEqual([0, 1]);
  });

  it('feeds records that were set aside through again, once their format is known, as the calls they would have been', async () => {
    aws.bundle = withFormat(COMMON);
    const whole = await World.open();
    try {
      await (await whole.container(aws.bundle)).handler(subscriptionEvent(commonEvents(3)));
      const expected = await whole.contents();
      expect(expected.calls).toHaveLength(3);

      const wrong = withFormat('{"requestId":"$context.requestId","status":"$context.status"}');
      await (await world.container(wrong)).handler(subscriptionEvent(commonEvents(3)));
      expect(await poisoned(world)).toBe(3);
      expect(await replayed(aws, '--dry-run')).toMatchObject({ readable: 3, replayed: 0 });
      expect(await poisoned(world)).toBe(3);
      expect(await replayed(aws)).toMatchObject({ replayed: 3, failed: 0, code: 0 });
      expect(await poisoned(world)).toBe(0);
      expect(await world.contents()).toEqual(expected);
    } finally {
      await whole.close();
    }
  });

  it('keeps a record set aside that the collector could not take', async () => {
    const wrong = withFormat('{"requestId":"$context.requestId","status":"$context.status"}');
    await (await world.container(wrong)).handler(subscriptionEvent(commonEvents(1)));
    aws.bundle = withFormat(COMMON);
    aws.isThrottled = true;
    expect(await replayed(aws)).toMatchObject({ failed: 1, code: 2 });
    expect(await poisoned(world)).toBe(1);
  });

  it('takes the three names instead of a stack, all of them', async () => {
    const names = ['--function', ARN, '--bucket', 'gate-failures', '--table', 'gate-State'];
    expect((await replay(aws, ...names)).out).toBe('Nothing is set aside\n');
    await expect(replay(aws, ...names.slice(0, 4))).rejects.toThrow(/--table missing/);
    await expect(replay(aws, '--stack', 'gate', ...names)).rejects.toThrow(/cannot be used with/);
  });

  it('refuses a stack that is not there', async () => {
    await expect(replay(aws, '--stack', 'other')).rejects.toThrow(
      /no stack "other" of Gatewarden in the account and region/,
    );
  });
});

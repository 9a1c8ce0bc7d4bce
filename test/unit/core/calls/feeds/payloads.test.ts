import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../../../../core/fault.js';
import { feedConfig, payloadOf, testDecoder } from './decoder.js';

const LINE =
  '{"requestId":"GQIVriFLIAMEMsA=","ip":"192.0.2.1","requestTime":"09/Jun/2023:12:54:08 +0000","httpMethod":"GET","routeKey":"GET /","status":"200"}';
const decoder = testDecoder();
const payload = payloadOf('/aws/vendedlogs/apigateway/x', [
  LINE,
  'what is this?',
  LINE.replace('GQIV', 'GQIW'),
]);
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const base64 = (value: Uint8Array) => Buffer.from(value).toString('base64');
const ids = (batches: ReturnType<typeof decoder.decodeBytes>) =>
  batches.flatMap((b) => b.calls.map((c) => c.id));

describe('a CloudWatch Logs payload', () => {
  it('gives a call or a rejection with its reason for each event, in order', () => {
    const [batch] = decoder.decodeEvent(payload);
    expect(batch).toMatchObject({
      feed: payload.logGroup,
      control: false,
      records: 3,
      kind: 'access-log',
      sources: [1, 3],
    });
    expect(batch?.calls.map((call) => call.requestId)).toEqual(['GQIVriFLIAMEMsA=', 'GQIWriFLIAMEMsA=']);
    expect(batch?.rejected).toMatchObject([{ record: 2, body: 'what is this?', sample: 'aaaa aa aaaa?' }]);
    expect(batch?.rejected[0]?.reason).not.toBe('');
  });

  it.each([
    ['plain JSON', bytes(payload)],
    ['gzip', gzipSync(bytes(payload))],
    ['zlib', deflateSync(bytes(payload))],
    ['the Lambda event around gzip', bytes({ awslogs: { data: base64(gzipSync(bytes(payload))) } })],
    ['a Kinesis event', bytes({ Records: [{ kinesis: { data: base64(gzipSync(bytes(payload))) } }] })],
    ['a Firehose event', bytes({ records: [{ data: base64(gzipSync(bytes(payload))) }] })],
  ])('is the same as %s', (_, packed) => {
    expect(decoder.decodeBytes(packed)).toEqual(decoder.decodeEvent(payload));
  });

  it('may come several behind each other', () => {
    const text = `${JSON.stringify(payload)}${JSON.stringify(payload, undefined, 2)}\n${JSON.stringify(payload)}`;
    expect(decoder.decodeBytes(gzipSync(text))).toHaveLength(3);
    const members = Buffer.concat([gzipSync(bytes(payload)), gzipSync(bytes(payload))]);
    expect(decoder.decodeBytes(members)).toHaveLength(2);
  });

  it('keeps the readable payloads of several when the last is cut short', () => {
    const text = `${JSON.stringify(payload)}${JSON.stringify(payload).slice(0, -9)}`;
    const batches = decoder.decodeBytes(Buffer.from(text));
    expect(batches.map((batch) => [batch.calls.length, batch.rejected.length])).toEqual([
      [2, 1],
      [0, 1],
    ]);
  });

  it('of control is answered and holds no calls', () => {
    const [batch] = decoder.decodeEvent({ ...payload, messageType: 'CONTROL_MESSAGE' });
    expect(batch).toMatchObject({ control: true, calls: [], rejected: [] });
  });

  it('has the same digest however it was packed, and another for other events', () => {
    const digest = decoder.decodeEvent(payload)[0]?.digest;
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(decoder.decodeBytes(gzipSync(bytes(payload), { level: 1 }))[0]?.digest).toBe(digest);
    const other = { ...payload, logEvents: payload.logEvents.slice(1) };
    expect(decoder.decodeEvent(other)[0]?.digest).not.toBe(digest);
  });

  it('decodes each event alike however the events are cut into payloads', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 }), (cut) => {
        const parts = [payload.logEvents.slice(0, cut), payload.logEvents.slice(cut)];
        const batches = parts.flatMap((logEvents) => decoder.decodeEvent({ ...payload, logEvents }));
        expect(batches.flatMap((batch) => batch.calls)).toEqual(decoder.decodeEvent(payload)[0]?.calls);
      }),
    );
  });

  it('sets a Kinesis record aside that cannot be read, and reads the others', () => {
    const good = { kinesis: { data: base64(gzipSync(bytes(payload))) } };
    const batches = decoder.decodeEvent({
      Records: [good, { kinesis: { data: 'AAAA' } }, { kinesis: {} }, good],
    });
    expect(batches.map((batch) => batch.rejected.length)).toEqual([1, 1, 1, 1]);
    expect(batches[1]?.rejected[0]).toMatchObject({ record: 2, body: 'AAAA' });
    expect(ids(batches)).toHaveLength(4);
  });

  it.each([
    ['/api/orders', 'gateway'],
    ['/aws/vendedlogs/apigateway/abc', 'gateway'],
    ['API-Gateway-Execution-Logs_abc123defg/prod', 'gateway'],
    ['/somebody/else', 'unknown'],
    ['/aws/lambda/mine', 'client'],
    ['/aws/lambda/named', 'gateway'],
  ])(
    'of %s is trusted as %s: as the gateway’s only where someone said that it writes there',
    (logGroup, trust) => {
      const configured = testDecoder([
        feedConfig('/api/orders'),
        feedConfig('/aws/*'),
        feedConfig('/aws/lambda/named'),
      ]);
      const line = logGroup.startsWith('API-')
        ? '(286364ab-3a83-11e9-8dc8-db3cf4c83204) Method completed with status: 200'
        : LINE;
      const [batch] = configured.decodeEvent({ ...payloadOf(logGroup, [line]) });
      expect(batch?.calls[0]?.trust).toBe(trust);
    },
  );

  it('keeps another payload of the same event ids from standing for it: no other group, stream, account or file has its digest', () => {
    const digestOf = (changes: Partial<typeof payload>, from?: { trust: 'file' }) =>
      decoder.decodeEvent({ ...payload, ...changes }, from)[0]?.digest;
    const digests = [
      digestOf({}),
      digestOf({ logGroup: '/somebody/else' }),
      digestOf({ logStream: 'another' }),
      digestOf({ owner: '210987654321' }),
      digestOf({}, { trust: 'file' }),
    ];
    expect(new Set(digests).size).toBe(digests.length);
    // Within a stream CloudWatch gives each event an id of its own: there the ids are the content.
    expect(digestOf({ logEvents: payload.logEvents.toReversed() })).toBe(digests[0]);
  });

  it('of a group that nobody vouches for has no identity that its writer could choose', () => {
    const [vouched, other] = [testDecoder([feedConfig(payload.logGroup)]), decoder].map(
      (one) => one.decodeEvent(payload)[0]?.calls[0]?.id,
    );
    expect(vouched).toBe('GQIVriFLIAMEMsA=');
    expect(other).toMatch(/^event-/);
  });

  it('is read by its feed’s configured format only: no line becomes another kind of record by its content', () => {
    const configured = testDecoder([
      feedConfig('g', { format: '$context.identity.userAgent $context.status' }),
    ]);
    const line = '(286364ab-3a83-11e9-8dc8-db3cf4c83204) 200';
    const [batch] = configured.decodeEvent(payloadOf('g', [line]));
    expect(batch?.calls[0]?.format).toMatch(/^given:/);
  });

  it('is none with a member that is not CloudWatch’s, or without a name of its owner and group', () => {
    const { owner: _, ...unowned } = payload;
    for (const document of [{ ...payload, userAgent: 'x' }, { ...payload, logGroup: 7 }, unowned]) {
      expect(decoder.accepts(document)).toBe(false);
      expect(() => decoder.decodeEvent(document)).toThrow(/payload\.unreadable/);
    }
    const full = {
      ...payload,
      policyLevel: 'ACCOUNT',
      '@aws.account': '1',
      '@aws.region': 'x',
      '@source.log': 'y',
    };
    expect(decoder.accepts(full)).toBe(true);
  });

  it('out of a file is never the gateway’s word, whatever log group it names', () => {
    const configured = testDecoder([feedConfig('g', { trust: 'gateway' })]);
    const file = { trust: 'file' } as const;
    const event = payloadOf('g', [LINE, 'what is this?']);
    const packed = bytes({ awslogs: { data: base64(gzipSync(bytes(event))) } });
    const batches = [...configured.decodeEvent(event, file), ...configured.decodeBytes(packed, file)];
    expect(batches.map((batch) => batch.calls[0]?.trust)).toEqual(['file', 'file']);
    const origin = batches[0]?.rejected[0]?.origin;
    expect(origin?.feed.trust).toBe('file');
    if (origin !== undefined) expect(configured.again(LINE, origin).calls[0]?.trust).toBe('file');
    expect(configured.decodeEvent(event)[0]?.calls[0]?.trust).toBe('gateway');
  });

  it('has names of the length that names have', () => {
    const long = { ...payload, logGroup: 'é'.repeat(250_000), logStream: 's'.repeat(250_000) };
    const [batch] = decoder.decodeEvent(long);
    expect(batch?.feed).toBe('é'.repeat(256));
    expect(batch?.rejected[0]?.origin?.feed.feed).toBe(batch?.feed);
    expect(batch?.rejected[0]?.origin?.position.length).toBeLessThan(700);
  });

  it.each([1e300, -1, 253_402_300_800_000, 'soon', null, {}])('has no time where it says %s', (timestamp) => {
    const logEvents = [{ id: '1', timestamp, message: '{"requestId":"GQIVriFLIAMEMsA=","status":"200"}' }];
    expect(decoder.decodeEvent({ ...payload, logEvents })[0]?.calls[0]?.timeMs).toBe(0);
  });

  it('has no time that is none, unparsed or parsed', () => {
    const configured = testDecoder([
      feedConfig('g', { format: '{"requestId":"$context.requestId","status":"$context.status"}' }),
    ]);
    const event = payloadOf('g', ['{"requestId":"GQIVriFLIAMEMsA=","status":"200"}'], 999_999_999_999_999);
    expect(configured.decodeBytes(bytes(event))[0]?.calls[0]?.timeMs).toBe(0);
    expect(configured.decodeEvent(event)[0]?.calls[0]?.timeMs).toBe(0);
  });

  it('refuses a configured format that extracts nothing', () => {
    const broken = testDecoder([feedConfig('g', { format: 'no variables' })]);
    expect(() => broken.decodeEvent(payloadOf('g', ['x']))).toThrow(/bundle\.invalid/);
  });
});

describe('hostile payloads', () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  const deepObject = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['not gzip, not JSON', Buffer.from([0x1f, 0x8b, 1, 2, 3])],
    ['truncated gzip', gzipSync(bytes(payload)).subarray(0, 100)],
    ['text', Buffer.from('hello')],
    ['a JSON string', Buffer.from('"hello"')],
    ['deep JSON', Buffer.from(deep)],
    ['deep objects', Buffer.from(deepObject)],
    ['a payload without events', bytes({ messageType: 'DATA_MESSAGE' })],
    ['awslogs that is no base64', bytes({ awslogs: { data: '!!!' } })],
    ['awslogs of white space and junk', bytes({ awslogs: { data: `${' '.repeat(200_000)}!` } })],
    ['invalid UTF-8', Buffer.from([0xff, 0xfe, 0x7b])],
  ])('%s is an unreadable payload, told as such', (_, packed) => {
    const act = () => decoder.decodeBytes(packed);
    expect(act).toThrow(Fault);
    expect(act).toThrow(/payload\.unreadable/);
  });

  it('holds no events within events', () => {
    const inner = { awslogs: { data: base64(gzipSync(bytes(payload))) } };
    const packed = base64(gzipSync(bytes(inner)));
    expect(() => decoder.decodeEvent({ awslogs: { data: packed } })).toThrow(/payload\.unreadable/);
    const several = base64(gzipSync(`${JSON.stringify(inner)}${JSON.stringify(payload)}`));
    const [first, second, third] = decoder.decodeEvent({
      Records: [{ kinesis: { data: packed } }, { kinesis: { data: several } }],
    });
    expect(first?.rejected[0]?.reason).toMatch(/not a subscription payload/);
    expect(second?.rejected[0]?.reason).toMatch(/not a subscription payload/);
    expect(third?.calls).toHaveLength(2);
  });

  it('of more documents than a stream hands over are refused, or set aside as a whole', () => {
    const many = gzipSync(JSON.stringify({ ...payload, logEvents: [] }).repeat(10_001));
    expect(() => decoder.decodeBytes(many)).toThrow(/too many documents/);
    expect(() => decoder.decodeEvent({ Records: Array(10_001).fill({}) })).toThrow(/too many documents/);
    const batches = decoder.decodeEvent({ Records: [{ kinesis: { data: base64(many) } }] });
    expect(batches.map((batch) => batch.rejected[0]?.reason)).toEqual([
      expect.stringMatching(/too many documents/),
    ]);
  });

  it('no event of any kind gets lost or breaks the batch', () => {
    const messages = [
      deep,
      deepObject,
      `{"request":${deepObject},"dateCreated":1,"executionTime":1}`,
      'x'.repeat(1_000_000),
      `{"a":"${'x'.repeat(1_000_000)}"}`,
      '{"__proto__":{"polluted":true},"requestId":"GQIVriFLIAMEMsA=","status":"200"}',
      '{"constructor":"x","status":"200"}',
      'NUL \u0000 here',
      '',
      '\n\n',
      '(',
      '() ',
      `(${'a'.repeat(100_000)}) x`,
      '"'.repeat(100_000),
      '\\'.repeat(100_000),
      `<${'a'.repeat(100_000)}`,
      ' '.repeat(100_000),
    ];
    const [batch] = decoder.decodeEvent(payloadOf('g', messages));
    expect((batch?.calls.length ?? 0) + (batch?.rejected.length ?? 0)).toBe(messages.length);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('events of any shape are calls or rejections', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 5 }), (logEvents) => {
        const [batch] = decoder.decodeEvent({ ...payload, logEvents });
        expect((batch?.calls.length ?? 0) + (batch?.rejected.length ?? 0)).toBe(logEvents.length);
      }),
    );
  });
});

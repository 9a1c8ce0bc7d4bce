import { describe, expect, it } from 'vitest';
import { feedConfig, lineSource, payloadOf, testDecoder } from './decoder.js';

const decoder = testDecoder();
const LINE =
  '{"requestId":"GQIVriFLIAMEMsA=","ip":"192.0.2.1","requestTime":"09/Jun/2023:12:54:08 +0000","httpMethod":"GET","routeKey":"GET /","status":"200"}';

function read(lines: readonly string[], with_ = decoder) {
  const reader = with_.lines(lineSource());
  for (const line of lines) reader.push(line);
  return reader.finish();
}

describe('lines of a file', () => {
  it('lose carriage returns and a byte order mark, and nothing else', () => {
    const { calls, rejected } = read([`\ufeff${LINE}\r`, '\r', LINE]);
    expect(calls.map((call) => call.id)).toEqual(['GQIVriFLIAMEMsA=', 'GQIVriFLIAMEMsA=']);
    expect(rejected).toMatchObject([{ record: 2, reason: 'blank line' }]);
  });

  it('are read behind the time that an export puts before them, which counts where the line has none', () => {
    const { calls } = read([
      `2023-11-14T22:13:20.000Z ${LINE}`,
      '2023-11-14T22:13:20.000Z {"requestId":"GQIVriFLIAMEMsA=","status":"200"}',
    ]);
    expect(calls.map((call) => call.timeMs)).toEqual([Date.UTC(2023, 5, 9, 12, 54, 8), 1_700_000_000_000]);
  });

  it('may be several for one record, with and without the format', () => {
    const record = [
      '{',
      '  "requestId": "GQIVriFLIAMEMsA=",',
      '  "sourceIp": "192.0.2.1",',
      '  "status": "200"',
      '}',
    ];
    const { calls, sources, rejected } = read([LINE, ...record, LINE]);
    expect(rejected).toEqual([]);
    expect(calls.map((call) => call.status)).toEqual([200, 200, 200]);
    expect(sources).toEqual([1, [2, 3, 4, 5, 6], 7]);
    const format =
      '{\n  "requestId": "$context.requestId",\n  "sourceIp": "$context.identity.sourceIp",\n  "status": "$context.status"\n}';
    const configured = testDecoder([feedConfig('access.log', { format })]);
    expect(read([...record, ...record], configured)).toMatchObject({
      calls: [{ status: 200 }, { status: 200 }],
      rejected: [],
    });
  });

  it('make up the records that a format of several lines prints, of whatever shape', () => {
    const format = 'id: $context.requestId\nip: $context.identity.sourceIp\nstatus: $context.status';
    const record = (status: number) => ['id: GQIVriFLIAMEMsA=', 'ip: 192.0.2.1', `status: ${status}`];
    const configured = testDecoder([feedConfig('access.log', { format })]);
    const { calls, sources, rejected } = read(['ip: cut off', ...record(200), ...record(403)], configured);
    expect(calls.map((call) => call.status)).toEqual([200, 403]);
    expect(sources).toEqual([
      [2, 3, 4],
      [5, 6, 7],
    ]);
    expect(rejected.map((one) => one.record)).toEqual([1]);
  });

  it('of a format of several lines are records of their own where the newlines were lost, and junk is junk', () => {
    const byWord = 'id: $context.requestId\nstatus: $context.status';
    const byValue = '$context.requestId $context.identity.sourceIp\nstatus $context.status';
    const lost = (format: string, lines: readonly string[]) => {
      const { calls, rejected } = read(lines, testDecoder([feedConfig('access.log', { format })]));
      return [calls.map((call) => call.status), rejected.map((one) => one.record)];
    };
    const ids = ['GQIVriFLIAMEMsA=', 'GQIWriFLIAMEMsA='] as const;
    expect(lost(byWord, [`id: ${ids[0]} status: 200`, 'junk', `id: ${ids[1]} status: 201`])).toEqual([
      [200, 201],
      [2],
    ]);
    expect(lost(byWord, [`id: ${ids[0]}`, 'status: 200', 'junk', `id: ${ids[1]}`, 'status: 201'])).toEqual([
      [200, 201],
      [3],
    ]);
    expect(
      lost(
        byValue,
        ids.map((id) => `${id} 192.0.2.1 status 200`),
      ),
    ).toEqual([[200, 200], []]);
  });

  it('are each accounted for when a record of several lines never ends', () => {
    const { calls, rejected } = read(['{', 'a', 'b', LINE, '{"cut": "sho']);
    expect(calls).toHaveLength(1);
    expect(rejected.map((r) => r.record)).toEqual([1, 2, 3, 5]);
  });

  it('longer than any log line are rejected, not parsed', () => {
    const { rejected } = read(['x'.repeat(5_000_000)]);
    expect(rejected[0]?.reason).toMatch(/longer than a log line/);
  });

  it('make batches named by their range', () => {
    const reader = decoder.lines(lineSource());
    reader.push(LINE);
    const first = reader.batch('0-100');
    reader.push(LINE);
    const second = reader.batch('100-200');
    expect([first.records, second.records]).toEqual([1, 1]);
    expect(first.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(second.digest).not.toBe(first.digest);
  });
});

describe('FireTail records', () => {
  const entry = {
    version: '1.0.0-alpha',
    dateCreated: 1_700_000_000_123,
    executionTime: 43.5,
    request: {
      httpProtocol: 'HTTP/1.1',
      method: 'POST',
      uri: 'https://api.example.com/pets/42?token=planted&page=1',
      resource: '/pets/{id}',
      headers: { Authorization: ['Bearer planted'], 'User-Agent': ['tester/1.0'], 'X-N': ['a', 'b'] },
      body: '{"password":"planted"}',
      ip: '192.0.2.1',
    },
    response: { statusCode: 201, headers: { 'Set-Cookie': ['planted'] }, body: '{}' },
    oauth: { subject: 'user-1' },
    metadata: { source: 'x', apiKey: 'planted' },
    logAction: 'blocked',
  };
  const call = (changes: object) => read([JSON.stringify({ ...entry, ...changes })]).calls[0];

  it('become redacted calls of an untrusted client', () => {
    expect(call({})).toMatchObject({
      timeMs: 1_700_000_000_123,
      host: 'api.example.com',
      method: 'POST',
      path: '/pets/42',
      query: 'token=[redacted]&page=1',
      route: '/pets/{id}',
      status: 201,
      sourceIp: '192.0.2.1',
      userAgent: 'tester/1.0',
      principal: 'user-1',
      principalKind: 'subject',
      latencyMs: 43.5,
      format: 'firetail',
      trust: 'client',
      extra: { logAction: 'blocked', 'metadata.source': null, 'metadata.apiKey': null },
    });
    expect(call({})?.request?.headers).toEqual({
      authorization: '[redacted]',
      'user-agent': 'tester/1.0',
      'x-n': 'a, b',
    });
    expect(JSON.stringify(call({}))).not.toContain('planted');
  });

  it('are read in the units that their producers really send', () => {
    expect(call({ dateCreated: 1_700_000_000 })?.timeMs).toBe(1_700_000_000_000);
    const extension = { metadata: { source: 'lambda-extension' } };
    expect(call({ ...extension, executionTime: 0.043123456 })?.latencyMs).toBe(43.123);
    expect(call({ ...extension, executionTime: 1.043123456 })?.latencyMs).toBe(1043.123);
    expect(call({ ...extension, executionTime: 43 })?.latencyMs).toBe(43);
  });

  it('of any shape are read or rejected', () => {
    for (const request of [
      { method: 'GET', uri: '/' },
      { method: 'GET', resource: '/', headers: [] },
      { method: 7, uri: 7, ip: {}, headers: { a: null, __proto__x: [1, {}] } },
    ]) {
      expect(call({ request, response: undefined, oauth: [], metadata: 'x' })?.trust).toBe('client');
    }
    for (const request of [{}, { method: 'GET' }, { uri: '/' }, []]) {
      expect(call({ request })?.format).not.toBe('firetail');
    }
  });

  it('are nothing that a caller’s value makes of an access log line', () => {
    const injected = { requestId: 'GQIVriFLIAMEMsA=', status: '200', ip: '192.0.2.1' };
    expect(call(injected)?.format).not.toBe('firetail');
    const [batch] = decoder.decodeEvent(payloadOf('g', [JSON.stringify(entry)]));
    expect(batch?.kind).toBe('access-log');
    const [ofFunction] = decoder.decodeEvent(payloadOf('/aws/lambda/g', [JSON.stringify(entry)]));
    expect(ofFunction?.kind).toBe('firetail');
  });
});

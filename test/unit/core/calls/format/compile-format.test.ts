import { describe, expect, it } from 'vitest';
import { compileFormat } from '../../../../../core/calls/format/compile-format.js';
import { decoderOf, extract, fieldsOf, REST_CALL, render } from './rendering.js';

const SHAPES: readonly (readonly [string, string])[] = [
  [
    'JSON',
    '{"id":"$context.requestId","ip":"$context.identity.sourceIp","ua":"$context.identity.userAgent","status":"$context.status"}',
  ],
  [
    'JSON with bare values',
    '{ "id": "$context.requestId", "status": $context.status, "bytes": $context.responseLength, "lag": $context.integrationLatency }',
  ],
  [
    'JSON that never parses',
    '{"id":"$context.requestId" "ip":"$context.identity.sourceIp, "status":$context.status",}',
  ],
  [
    'nested JSON',
    '{"request":{"id":"$context.requestId","path":"$context.path"},"response":{"status":"$context.status"}}',
  ],
  [
    'CLF',
    '$context.identity.sourceIp - $context.identity.user [$context.requestTime] "$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength $context.requestId',
  ],
  [
    'combined CLF',
    '$context.identity.sourceIp [$context.requestTime] "$context.httpMethod $context.path $context.protocol" $context.status "$context.identity.userAgent"',
  ],
  [
    'XML',
    '<request id="$context.requestId"><ip>$context.identity.sourceIp</ip><status>$context.status</status></request>',
  ],
  [
    'CSV',
    '$context.identity.sourceIp,$context.requestTime,$context.httpMethod,$context.path,$context.status,$context.requestId',
  ],
  ['quoted CSV', '"$context.identity.sourceIp","$context.requestTime","$context.path","$context.status"'],
  [
    'key-value',
    'id=$context.requestId ip=$context.identity.sourceIp status=$context.status ua=$context.identity.userAgent',
  ],
  ['key: value', 'id: $context.requestId, time: $context.requestTime, status: $context.status'],
  ['bare tokens', '$context.requestId $context.identity.sourceIp $context.status'],
  ['a single token', '$context.requestId'],
  [
    'neighbours without separator',
    '$context.httpMethod https://$context.domainName$context.path $context.status',
  ],
];

describe('compileFormat', () => {
  it.each(SHAPES)('reads what %s prints, with missing values as undefined', (_name, format) => {
    const decoder = decoderOf(format);
    for (const values of [REST_CALL, { ...REST_CALL, responseLength: undefined, status: '200' }]) {
      const line = extract(decoder, render(format, values));
      expect(line.recovered).toBe(false);
      const expected = decoder.variables.map((name) => (values as Record<string, string | undefined>)[name]);
      expect(line.values).toEqual(expected.map((value) => value ?? undefined));
    }
  });

  it('tells bare messages apart by what API Gateway says', () => {
    const format =
      '$context.requestId $context.error.message $context.error.messageString $context.integration.error';
    const values = {
      ...REST_CALL,
      'error.message': 'Missing Authentication Token',
      'error.messageString': '"Missing Authentication Token"',
    };
    const line = extract(decoderOf(format), render(format, values));
    expect(line.values).toEqual([
      REST_CALL.requestId,
      'Missing Authentication Token',
      '"Missing Authentication Token"',
      undefined,
    ]);
  });

  it('names variables as the format does, claims with colons and dashes included, without swallowing punctuation', () => {
    const format =
      '$$ $context.status. $context.authorizer.claims.custom:tenant-id; $context.authorizer.principalId- $context.status-$context.stage';
    expect(decoderOf(format).variables).toEqual([
      'status',
      'authorizer.claims.custom:tenant-id',
      'authorizer.principalId',
      'status',
      'stage',
    ]);
  });

  it('refuses a format without variables and says what would be right', () => {
    for (const format of ['', '   ', 'requestId', '{"id":"$request.id"}', '$context.']) {
      const result = compileFormat(format);
      expect(result.kind).toBe('invalid');
      if (result.kind === 'invalid') expect(result.problems[0]?.expected).toContain('$context.requestId');
    }
  });

  it('warns of what API Gateway would refuse or misprint, and compiles all the same', () => {
    const result = compileFormat(
      `{"a":"\${context.stage}","b":"$context.nonsense","c":"$stageVariables.x"}${' '.repeat(4000)}x`,
    );
    expect(result.kind).toBe('compiled');
    if (result.kind !== 'compiled') return;
    expect(result.warnings.map((warning) => warning.seen)).toEqual(
      expect.arrayContaining(['$' + '{context.stage}', '$context.nonsense', '$stageVariables.x']),
    );
    expect(result.warnings.some((warning) => warning.expected.includes('3072'))).toBe(true);
  });

  it('gives the same id to the same text and another to another', () => {
    expect(decoderOf('$context.requestId').format.id).toBe(decoderOf(' $context.requestId\n').format.id);
    expect(decoderOf('$context.requestId').format.id).not.toBe(
      decoderOf('$context.stage $context.requestId').format.id,
    );
  });

  it('reads a multi-line format whose newlines were kept, dropped or printed as spaces', () => {
    const formats = [
      '{\n  "id" : "$context.requestId",\n  "status" : $context.status\n}\n',
      'id: $context.requestId\nstatus: $context.status\n',
    ];
    for (const format of formats) {
      const text = render(format, REST_CALL);
      for (const line of [
        text,
        text.replaceAll('\n', ''),
        text.replaceAll('\n', ' '),
        text.replaceAll('\n', '\r\n'),
      ]) {
        expect(fieldsOf(extract(decoderOf(format), line))).toEqual({
          requestId: REST_CALL.requestId,
          status: '403',
        });
      }
    }
  });

  it('tolerates other white space around separators and other key orders', () => {
    const decoder = decoderOf('{"id":"$context.requestId","status":"$context.status"}');
    const expected = { requestId: REST_CALL.requestId, status: '403' };
    const spaced = extract(decoder, `{ "id" : "${REST_CALL.requestId}",\n\t"status": "403" }`);
    expect(fieldsOf(spaced)).toEqual(expected);
    expect(spaced.recovered).toBe(false);
    expect(fieldsOf(extract(decoder, `{"status":"403","more":1,"id":"${REST_CALL.requestId}"}`))).toEqual(
      expected,
    );
  });

  it('undoes JSON escapes and XML entities', () => {
    const json = decoderOf('{"ua":"$context.identity.userAgent","status":"$context.status"}');
    expect(
      fieldsOf(extract(json, '{"ua":"a \\"b\\" \\\\ \\u00e9","status":"200"}'))['identity.userAgent'],
    ).toBe('a "b" \\ é');
    const xml = decoderOf('<r><ua>$context.identity.userAgent</ua><s>$context.status</s></r>');
    expect(
      fieldsOf(extract(xml, '<r><ua>&lt;b&gt; &amp; &#233;</ua><s>200</s></r>'))['identity.userAgent'],
    ).toBe('<b> & é');
  });

  it('reads error.messageString, which brings its own quotes', () => {
    const bare = decoderOf('{"e":$context.error.messageString,"status":"$context.status"}');
    expect(extract(bare, '{"e":"Forbidden, really","status":"403"}').values).toEqual([
      '"Forbidden, really"',
      '403',
    ]);
    expect(extract(bare, '{"e":-,"status":"200"}').values).toEqual([undefined, '200']);
    const quoted = decoderOf('{"e":"$context.error.messageString","status":"$context.status"}');
    const line = extract(quoted, '{"e":""Forbidden"","status":"403"}');
    expect(line.values).toEqual(['"Forbidden"', '403']);
    expect(line.recovered).toBe(false);
  });

  it('gives what is there when the line is cut, and says so', () => {
    const decoder = decoderOf(
      '{"id":"$context.requestId","status":"$context.status","ua":"$context.identity.userAgent"}',
    );
    const cut = extract(decoder, `{"id":"${REST_CALL.requestId}","status":"40`);
    expect(cut.recovered).toBe(true);
    expect(cut.values).toEqual([REST_CALL.requestId, undefined, undefined]);
    expect(extract(decoder, `{"id":"${REST_CALL.requestId}","status":"403","ua":"Mozil`).values[2]).toBe(
      'Mozil',
    );
  });

  it('rejects lines of another format with a reason and a sample without content', () => {
    const decoder = decoderOf('$context.identity.sourceIp $context.status $context.requestId');
    const result = decoder.decode('Task timed out after 3.00 seconds for alice');
    expect(result.kind).toBe('rejected');
    if (result.kind === 'rejected') expect(result.sample).toBe('aaaa aaaaa aaa aaaaa 9.99 aaaaaaa aaa aaaaa');
    expect(decoder.decode('').kind).toBe('rejected');
  });
});

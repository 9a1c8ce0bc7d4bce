import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inferDecoder } from '../../../../../core/calls/format/infer-decoder.js';
import { decoderOf, extract, fieldsOf, REST_CALL, render } from './rendering.js';

const FIXED = [
  'requestId',
  'identity.sourceIp',
  'requestTime',
  'httpMethod',
  'status',
  'responseLength',
  'resourcePath',
  'protocol',
] as const;
const HOSTILE = '$context.identity.userAgent';

/** Separators, whole fields and pieces of other fields, as an attacker who knows the format would send them. */
function hostileText(format: string) {
  const separators = format.split(/\$context\.[\w.]+/).filter((text) => text !== '');
  const values = [
    '200',
    '203.0.113.99',
    '-',
    'GET',
    '/',
    '"',
    '","',
    ',',
    ' ',
    '\\',
    '\\"',
    '<',
    '</ua>',
    '=',
    '|',
    '}',
    '{',
    'x',
  ];
  return fc
    .array(fc.oneof(fc.constantFrom(...separators, ...values), fc.string({ maxLength: 6 })), {
      minLength: 1,
      maxLength: 12,
    })
    .map((parts) =>
      parts
        .join('')
        .replace(/[\r\n]/g, ' ')
        .trim(),
    )
    .filter((text) => text !== '' && text !== '-');
}

function formatsOf(names: readonly string[]): readonly (readonly [string, string])[] {
  const fields = names.map((name) => [name.replace(/\W/g, '_'), `$context.${name}`] as const);
  return [
    ['JSON', `{${fields.map(([key, value]) => `"${key}":"${value}"`).join(',')}}`],
    ['spaced JSON', `{ ${fields.map(([key, value]) => `"${key}": "${value}"`).join(', ')} }`],
    ['XML', `<r>${fields.map(([key, value]) => `<${key}>${value}</${key}>`).join(' ')}</r>`],
    ['CSV', fields.map(([, value]) => value).join(',')],
    ['quoted CSV', fields.map(([, value]) => `"${value}"`).join(',')],
    ['key-value', fields.map(([key, value]) => `${key}=${value}`).join(' ')],
    ['bars', fields.map(([, value]) => value).join(' | ')],
    ['tokens', fields.map(([, value]) => value).join(' ')],
  ];
}

describe('log injection, with the format known', () => {
  const order = fc
    .shuffledSubarray([...FIXED], { minLength: 3 })
    .chain((fixed) =>
      fc.nat(fixed.length).map((at) => [...fixed.slice(0, at), 'identity.userAgent', ...fixed.slice(at)]),
    );

  it('never shifts a field: whatever stands in the user agent, all others keep their values', () => {
    fc.assert(
      fc.property(
        order.chain((names) =>
          fc.nat(7).chain((shape) => {
            const format = (formatsOf(names)[shape] as readonly [string, string])[1];
            return hostileText(format).map((text) => ({ names, format, text }));
          }),
        ),
        ({ names, format, text }) => {
          const line = extract(
            decoderOf(format),
            render(format, { ...REST_CALL, 'identity.userAgent': text }),
          );
          const fields = fieldsOf(line);
          for (const name of names) {
            if (name !== 'identity.userAgent')
              expect(fields[name]).toBe(REST_CALL[name as keyof typeof REST_CALL]);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['$context.identity.sourceIp,$context.identity.userAgent,$context.resourcePath', '/pets/{petId}', 'x,/'],
    ['$context.identity.sourceIp,$context.identity.userAgent,$context.resourcePath', '/pets/{petId}', ',,/'],
    [
      '$context.identity.sourceIp|$context.identity.userAgent|$context.resourcePath',
      '/pets/{petId}',
      'x|/a|',
    ],
    [
      '$context.identity.sourceIp,$context.identity.userAgent,$context.webaclArn',
      'arn:aws:wafv2:a',
      'x,arn:a',
    ],
  ])(
    'does not let the user agent run into a last value whose shape may hold commas: %s',
    (format, value, text) => {
      const last = format.split('$context.').at(-1) ?? '';
      const call = { ...REST_CALL, 'identity.userAgent': text, [last]: value };
      const line = extract(decoderOf(format), render(format, call));
      expect(fieldsOf(line)).toEqual({
        'identity.sourceIp': REST_CALL['identity.sourceIp'],
        'identity.userAgent': text,
        [last]: value,
      });
      expect(line.recovered).toBe(true);
    },
  );

  it('does not mark a last path for a comma of its own', () => {
    const format = '$context.identity.sourceIp,$context.identity.userAgent,$context.resourcePath';
    const line = extract(decoderOf(format), render(format, { ...REST_CALL, resourcePath: '/a,b/{id}' }));
    expect(fieldsOf(line)).toMatchObject({ 'identity.userAgent': 'curl/8.1', resourcePath: '/a,b/{id}' });
    expect(line.recovered).toBe(false);
  });

  it.each([
    ['invalid JSON', 'x","status":"200'],
    ['valid JSON with a second status', 'x","y":"z","status":"200","y":"z'],
    ['the whole rest of the line', 'x","status":"200"}'],
  ])('keeps an injected status in the user agent and marks the line (%s)', (_name, text) => {
    const format = `{"id":"$context.requestId","ua":"${HOSTILE}","status":"$context.status"}`;
    const line = extract(decoderOf(format), render(format, { ...REST_CALL, 'identity.userAgent': text }));
    expect(fieldsOf(line)).toEqual({
      requestId: REST_CALL.requestId,
      'identity.userAgent': text,
      status: '403',
    });
    expect(line.recovered).toBe(true);
  });

  it('prefers the text that a caller chooses most freely where two could hold the excess', () => {
    const format = `{"ua":"${HOSTILE}","status":"$context.status","path":"$context.path"}`;
    const text = 'x","status":"200","path":"/health';
    const line = extract(decoderOf(format), render(format, { ...REST_CALL, 'identity.userAgent': text }));
    expect(fieldsOf(line)).toEqual({ 'identity.userAgent': text, status: '403', path: '/prod/pets/42' });
  });

  it('does not mark a line for escaped quotes', () => {
    const decoder = decoderOf(`{"ua":"${HOSTILE}","status":"$context.status"}`);
    const line = extract(decoder, '{"ua":"x\\",\\"status\\":\\"200","status":"403"}');
    expect(line.recovered).toBe(false);
    expect(line.values).toEqual(['x","status":"200', '403']);
  });
});

describe('log injection, with the format unknown', () => {
  const line = `{"requestId":"${REST_CALL.requestId}","ua":"x","y":"z","status":"200","status":"403","ip":"203.0.113.7"}`;

  it('puts fields that come twice back into the text they came from', () => {
    const read = extract(inferDecoder(), line);
    expect(read.recovered).toBe(true);
    expect(fieldsOf(read)).toMatchObject({ status: '403', 'identity.userAgent': 'x","y":"z","status":"200' });
  });

  it('accepts a key that comes twice with one value', () => {
    const read = extract(
      inferDecoder(),
      '{"ip":"203.0.113.7","status":"403","errorType":"A","errorType":"A"}',
    );
    expect(read.recovered).toBe(false);
  });

  it.each([
    [
      'a second status behind the user agent',
      '{"statusCode":"403","ip":"203.0.113.7","ua":"x","status":"200"}',
    ],
    ['a status before the real one', '{"ip":"203.0.113.7","ua":"x","status":"200","statusCode":"403"}'],
    ['key-value pairs', 'ip=203.0.113.7 statusCode=403 ua=x status=200'],
  ])('does not believe a second name for one fact: %s', (_name, text) => {
    const read = extract(inferDecoder(), text);
    expect(read.recovered).toBe(true);
    expect(fieldsOf(read)).toMatchObject({ status: '403', 'identity.sourceIp': '203.0.113.7' });
  });

  it('does not believe a second address', () => {
    const read = extract(
      inferDecoder(),
      '{"ip":"203.0.113.7","status":"403","ua":"x","identity.sourceIp":"198.51.100.1"}',
    );
    expect(read.recovered).toBe(true);
    expect(fieldsOf(read)['identity.sourceIp']).toBe('203.0.113.7');
  });

  const timed = (epoch: string) =>
    `{"requestTime":"01/Mar/2024:10:00:00 +0000","ip":"203.0.113.7","ua":"x","requestTimeEpoch":"${epoch}","status":"200"}`;

  it('does not believe a time apart from the other, also behind lines where both agree', () => {
    const decoder = inferDecoder();
    expect(extract(decoder, timed('1709287200431')).recovered).toBe(false);
    const forged = extract(decoder, timed('1500000000000'));
    expect(forged.recovered).toBe(true);
    expect(fieldsOf(forged)).toMatchObject({ requestTime: '01/Mar/2024:10:00:00 +0000' });
    expect(fieldsOf(forged)['requestTimeEpoch']).toBeUndefined();
    expect(extract(decoder, timed('1709287200431')).recovered).toBe(false);
  });

  it.each([
    '{"t":"1709287200431","ip":"203.0.113.7","m":"GET","ua":"x","extendedRequestId":"FLOODFLOODFLOO=","st":"200"}',
    '{"request_id":"a","source_ip":"203.0.113.7","http_method":"GET","user_agent":"x","extendedRequestId":"FLOODFLOODFLOO=","status":"200"}',
  ])('marks keys of another style right behind a text: %s', (text) => {
    expect(extract(inferDecoder(), text).recovered).toBe(true);
  });

  it.each([
    '{"ip":"203.0.113.7","method":"GET","path":"/a","statusCode":"200","userAgent":"x"}',
    '{"requestId":"a","ip":"203.0.113.7","userAgent":"x","status":"200","responseLength":"5"}',
    '{"requestId":"a","ip":"203.0.113.7","status":"200","integration-latency":"5","response-latency":"6"}',
    '{"ip":"203.0.113.7","status":"200","statusCode":"201","ua":"x"}',
  ])('does not mark honest lines: %s', (text) => {
    expect(extract(inferDecoder(), text).recovered).toBe(false);
  });

  it('marks unnamed values of which two claim to be the address', () => {
    const read = extract(inferDecoder(), '203.0.113.7,GET,/pets,x,198.51.100.1,403');
    expect(read.recovered).toBe(true);
    expect(fieldsOf(read)['identity.sourceIp']).toBe('203.0.113.7');
  });

  it('does not keep a secret that a caller wrote as a key', () => {
    const read = extract(inferDecoder(), '{"ip":"203.0.113.7","status":"403","password=hunter2":"x"}');
    expect(read.format.variables.join()).not.toContain('hunter2');
  });

  it('reads lines of very many keys and paths, and keeps none of them', () => {
    const decoder = inferDecoder();
    const keys = Array.from({ length: 3000 }, (_, i) => `"k${i}":"/p/${i}"`).join(',');
    for (let i = 0; i < 20; i++) {
      const read = extract(decoder, `{"ip":"203.0.113.7","status":"403","q${i}":"/p",${keys}}`);
      expect(fieldsOf(read)).toMatchObject({ status: '403' });
    }
  });
});

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
});

import { describe, expect, it } from 'vitest';
import { recordBoundaries, recordLines } from '../../../../../core/calls/format/record-lines.js';
import { decoderOf, extract, fieldsOf, REST_CALL, render } from './rendering.js';

describe('recordLines', () => {
  it.each([
    [
      'pretty-printed JSON',
      '{\n  "id" : "$context.requestId",\n  "nested" : {\n    "status" : $context.status\n  }\n}',
    ],
    ['key: value lines', 'id: $context.requestId\nstatus: $context.status'],
    ['a first line of values', '$context.requestId $context.identity.sourceIp\nstatus $context.status'],
    ['XML', '<request id="$context.requestId">\n  <status>$context.status</status>\n</request>'],
  ])('joins the physical lines of %s into the records that were written', (_name, format) => {
    const records = [REST_CALL, { ...REST_CALL, status: '200' }, { ...REST_CALL, status: '500' }];
    const file = records.map((values) => render(format, values)).join('\n');
    const joined = recordLines(file.split('\n'), recordBoundaries(format));
    expect(joined).toHaveLength(3);
    expect(joined.map((record) => fieldsOf(extract(decoderOf(format), record))['status'])).toEqual([
      '403',
      '200',
      '500',
    ]);
  });

  it('leaves records alone that were rendered on one line', () => {
    const format = '{\n "id" : "$context.requestId"\n}';
    const lines = ['{ "id" : "a-1"}', '{ "id" : "b-2"}'];
    expect(recordLines(lines, recordBoundaries(format))).toEqual(lines);
  });

  it('takes each line as a record for a format without newlines', () => {
    expect(recordLines(['a', '  b', '}'], recordBoundaries('$context.requestId'))).toEqual(['a', '  b', '}']);
  });

  it('joins open JSON objects when the format is unknown, and nothing else', () => {
    const lines = [
      '{',
      '  "ip": "203.0.113.7",',
      '  "status": 200',
      '}',
      '{"ip":"203.0.113.8"}',
      'text',
      'text',
    ];
    expect(recordLines(lines, recordBoundaries(undefined))).toEqual([
      lines.slice(0, 4).join('\n'),
      ...lines.slice(4),
    ]);
  });

  it('lets no record that never closes swallow a file', () => {
    const lines = ['{', ...Array.from({ length: 40 }, () => `  "x": "${'y'.repeat(4000)}",`)];
    expect(recordLines(lines, recordBoundaries(undefined)).length).toBeGreaterThan(1);
  });
});

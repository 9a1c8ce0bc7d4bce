import { compileFormat, type FormatDecoder } from '../../../../../core/calls/format/compile-format.js';
import type { ExtractedLine, LineDecoder } from '../../../../../core/calls/format/line-format.js';

/** Fills a format as API Gateway does: values as they are, `-` for what is missing. */
export function render(format: string, values: Readonly<Record<string, string | undefined>>): string {
  return format.replace(
    /\$context\.([A-Za-z]\w*(?:\.[A-Za-z]\w*)*)/g,
    (_all, name: string) => values[name] ?? '-',
  );
}

export function decoderOf(format: string): FormatDecoder {
  const result = compileFormat(format);
  if (result.kind === 'compiled') return result.decoder;
  throw new Error(result.problems.map((problem) => problem.message).join('; '));
}

export function extract(decoder: LineDecoder, line: string): ExtractedLine {
  const result = decoder.decode(line);
  if (result.kind === 'extracted') return result;
  throw new Error(`${result.reason}: ${result.sample}`);
}

/** Values by variable; missing ones left out. */
export function fieldsOf(line: ExtractedLine): Record<string, string> {
  const fields = new Map<string, string>();
  line.format.variables.forEach((name, slot) => {
    const value = line.values[slot];
    if (value !== undefined && !fields.has(name)) fields.set(name, value);
  });
  return Object.fromEntries(fields);
}

export const REST_CALL = {
  requestId: 'c12d1542-b79e-4e79-a158-fdf36452a81b',
  extendedRequestId: 'Iq8dHhlwIAMEV_g=',
  'identity.sourceIp': '203.0.113.7',
  'identity.userAgent': 'curl/8.1',
  requestTime: '26/Jul/2026:12:07:03 +0000',
  requestTimeEpoch: '1785067623123',
  httpMethod: 'POST',
  path: '/prod/pets/42',
  resourcePath: '/pets/{petId}',
  status: '403',
  protocol: 'HTTP/1.1',
  responseLength: '48',
  responseLatency: '41',
  stage: 'prod',
  apiId: 'a1b2c3d4e5',
  'error.message': 'Forbidden',
} as const;

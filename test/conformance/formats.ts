/**
 * Field accuracy of the log formats over real ones: `npx tsx test/conformance/formats.ts --data DIR`, where DIR holds
 * `access-logs/formats.jsonl`, `access-logs/lines-with-truth.jsonl` and `access-logs/elastic/*.log`. Exit code 1 below
 * a threshold, or when there was nothing to look at.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { compileFormat } from '../../core/calls/format/compile-format.js';
import { inferDecoder } from '../../core/calls/format/infer-decoder.js';
import type { LineDecoder } from '../../core/calls/format/line-format.js';

const WITH_FORMAT = 0.995;
const WITHOUT_FORMAT = 0.9;

/** What a call is normalised from: time, ids, endpoint, outcome, caller. Without a format only these are counted. */
const STANDARD_FIELDS = new Set([
  'requestTime',
  'requestTimeEpoch',
  'requestId',
  'extendedRequestId',
  'accountId',
  'apiId',
  'stage',
  'domainName',
  'httpMethod',
  'path',
  'resourcePath',
  'routeKey',
  'protocol',
  'status',
  'responseLength',
  'responseLatency',
  'integrationLatency',
  'integration.latency',
  'integrationStatus',
  'integration.status',
  'identity.sourceIp',
  'identity.userAgent',
  'identity.caller',
  'identity.user',
  'identity.userArn',
  'identity.apiKeyId',
  'error.message',
  'error.responseType',
  'integrationErrorMessage',
  'integration.error',
  'wafResponseCode',
  'eventType',
  'connectionId',
]);

const Format = v.object({ id: v.number(), format: v.string() });
const Line = v.object({
  format_id: v.number(),
  line: v.string(),
  truth: v.record(v.string(), v.nullable(v.string())),
});

interface Score {
  right: number;
  /** Of the fields right, those that have a value. */
  rightPresent: number;
  present: number;
  total: number;
  lost: number;
  recovered: number;
  readonly wrong: string[];
}

/** Prints the result and returns whether everything holds. */
export function runFormatConformance(dataDir: string): boolean {
  const folder = join(dataDir, 'access-logs');
  const formats = new Map(
    jsonLines(join(folder, 'formats.jsonl'), Format).map(({ id, format }) => [id, format]),
  );
  const lines = jsonLines(join(folder, 'lines-with-truth.jsonl'), Line);
  const given = emptyScore();
  const inferred = emptyScore();
  const infer = inferDecoder();
  const decoders = new Map<number, LineDecoder>();
  for (const { format_id: id, line, truth } of lines) {
    const known = decoders.get(id) ?? compiled(formats.get(id) ?? '');
    decoders.set(id, known);
    count(given, known, line, truth, `format ${id}`, () => true);
    count(inferred, infer, line, truth, `format ${id}`, (name) => STANDARD_FIELDS.has(name));
  }
  report('with the format, all fields', given, lines.length);
  report('without the format, standard fields', inferred, lines.length);
  const logs = readdirSync(join(folder, 'elastic')).filter((name) => name.endsWith('.log'));
  const records = logs.flatMap((name) =>
    readFileSync(join(folder, 'elastic', name), 'utf8')
      .split('\n')
      .filter(Boolean),
  );
  const undecoded = records.filter((record) => infer.decode(record).kind === 'rejected');
  console.log(
    `real lines: ${records.length - undecoded.length} of ${records.length} decoded (${logs.length} files)`,
  );
  return (
    lines.length > 0 &&
    records.length > 0 &&
    undecoded.length === 0 &&
    given.lost === 0 &&
    given.right >= given.total * WITH_FORMAT &&
    inferred.right >= inferred.total * WITHOUT_FORMAT &&
    // the many absent values must not carry the result
    inferred.rightPresent >= inferred.present * WITHOUT_FORMAT
  );
}

function compiled(format: string): LineDecoder {
  const result = compileFormat(format);
  if (result.kind === 'compiled') return result.decoder;
  throw new Error(`format does not compile: ${result.problems.map((problem) => problem.message).join('; ')}`);
}

function count(
  score: Score,
  decoder: LineDecoder,
  line: string,
  truth: Readonly<Record<string, string | null>>,
  label: string,
  counts: (name: string) => boolean,
): void {
  const result = decoder.decode(line);
  if (result.kind === 'rejected') score.lost++;
  else if (result.recovered) score.recovered++;
  for (const [name, expected] of Object.entries(truth)) {
    if (!counts(name)) continue;
    score.total++;
    if (expected !== null) score.present++;
    const found =
      result.kind === 'rejected'
        ? '(line lost)'
        : (result.values[result.format.variables.indexOf(name)] ?? null);
    if (found === expected) {
      score.right++;
      if (expected !== null) score.rightPresent++;
    } else
      score.wrong.push(
        `${label}: ${name} is ${JSON.stringify(found)}, should be ${JSON.stringify(expected)}`,
      );
  }
}

function report(title: string, score: Score, lines: number): void {
  const percent = score.total === 0 ? 0 : (100 * score.right) / score.total;
  console.log(
    `${title}: ${score.right} of ${score.total} right (${percent.toFixed(2)} %; present values ${score.rightPresent} of ${score.present}), ` +
      `${lines} lines, ${score.lost} lost, ${score.recovered} recovered`,
  );
  for (const wrong of score.wrong.slice(0, 20)) console.log(`  ${wrong}`);
}

function emptyScore(): Score {
  return { right: 0, rightPresent: 0, present: 0, total: 0, lost: 0, recovered: 0, wrong: [] };
}

function jsonLines<S extends v.GenericSchema>(file: string, schema: S): v.InferOutput<S>[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => v.parse(schema, JSON.parse(line)));
}

if (import.meta.url === new URL(process.argv[1] ?? '', 'file:').href) {
  const { values } = parseArgs({ options: { data: { type: 'string' } } });
  const data = values.data ?? process.env['GATEWARDEN_DATA'];
  if (data === undefined) {
    console.error('usage: npx tsx test/conformance/formats.ts --data DIR');
    process.exitCode = 2;
  } else if (!runFormatConformance(data)) {
    console.error('log formats: below the threshold');
    process.exitCode = 1;
  }
}

import { describeLogSource, LOG_SOURCES, type LogSource } from '../core/sigma/log-sources.js';
import { CALL_FIELDS } from '../core/sigma/taxonomy.js';

/** The text of docs/taxonomy.md. */
export function renderTaxonomy(): string {
  const lines = [
    '# Log sources and fields that rules may use',
    '',
    '<!-- Generated from core/sigma by tools/build-taxonomy.ts; a test keeps it current. -->',
    '',
    'Gatewarden brings the events of these log sources to rules:',
    '',
    '| log source | events |',
    '|---|---|',
    ...LOG_SOURCES.map((source) => `| \`${describeLogSource(source)}\` | ${source.title} |`),
    '',
    'Rules of any other log source run over JSON events that someone hands in: [`gatewarden rules match`](rules.md).',
    '',
    '## API Gateway calls: `product: aws, service: apigateway`',
    '',
    'Comparisons ignore case unless `cased` says otherwise; a field that the log does not have never matches, except with',
    '`null`, `exists: false` and negations.',
    '',
    '| field | type | keyword search | group-by, counted values | meaning |',
    '|---|---|---|---|---|',
    ...CALL_FIELDS.map(
      ({ name, type, keyword, groupable, description }) =>
        `| \`${name}\` | ${type} | ${keyword ? 'yes' : ''} | ${groupable ? 'yes' : 'no'} | ${description} |`,
    ),
  ];
  for (const source of LOG_SOURCES) lines.push(...mappedFields(source), ...recordFields(source));
  lines.push(
    '',
    '## CloudTrail management events: `product: aws, service: cloudtrail`',
    '',
    "The record as CloudTrail writes it; nested fields by path (`requestParameters.restApiId`, `userIdentity.type`). Names are AWS's and",
    'are not checked.',
  );
  return `${lines.join('\n')}\n`;
}

function mappedFields(source: LogSource): readonly string[] {
  const mapped = Object.entries(source.mapping);
  if (mapped.length === 0) return [];
  return [
    '',
    `## ${source.title}: \`${describeLogSource(source)}\``,
    '',
    'Public rules run unmodified over API calls. The names of calls above may be used too.',
    '',
    '| Sigma field | call field |',
    '|---|---|',
    ...mapped.map(
      ([name, target]) =>
        `| \`${name}\` | ${target === null ? 'never there: reads as absent' : `\`${target}\``} |`,
    ),
  ];
}

function recordFields(source: LogSource): readonly string[] {
  if (source.record === undefined) return [];
  return [
    '',
    `## ${source.title}: \`${describeLogSource(source)}\``,
    '',
    '| field | type | meaning |',
    '|---|---|---|',
    ...source.record.map(({ name, type, description }) => `| \`${name}\` | ${type} | ${description} |`),
  ];
}

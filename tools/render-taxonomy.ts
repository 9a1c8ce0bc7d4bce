import { LOG_SOURCES } from '../core/sigma/log-sources.js';
import { CALL_FIELDS } from '../core/sigma/taxonomy.js';

/** The text of docs/taxonomy.md. */
export function renderTaxonomy(): string {
  const lines = [
    '# Fields that rules may use',
    '',
    '<!-- Generated from core/sigma by tools/build-taxonomy.ts; a test keeps it current. -->',
    '',
    'Rules with `logsource: { product: aws, service: apigateway }` use these names. Comparisons ignore case unless `cased`',
    'says otherwise; a field that the log does not have never matches, except with `null`, `exists: false` and negations.',
    '',
    '| field | type | keyword search | group-by, counted values | meaning |',
    '|---|---|---|---|---|',
    ...CALL_FIELDS.map(
      ({ name, type, keyword, groupable, description }) =>
        `| \`${name}\` | ${type} | ${keyword ? 'yes' : ''} | ${groupable ? 'yes' : 'no'} | ${description} |`,
    ),
  ];
  for (const source of LOG_SOURCES) {
    const mapped = Object.entries(source.mapping);
    if (mapped.length === 0) continue;
    const where = Object.entries(source.where).map(([key, value]) => `${key}: ${value}`);
    lines.push('', `## ${source.title}: \`${where.join(', ')}\``, '');
    lines.push('Public rules run unmodified. Our own names above may be used too.', '');
    lines.push('| Sigma field | call field |', '|---|---|');
    for (const [name, target] of mapped)
      lines.push(`| \`${name}\` | ${target === null ? 'never there: reads as absent' : `\`${target}\``} |`);
  }
  return `${lines.join('\n')}\n`;
}

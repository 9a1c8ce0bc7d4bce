const COUNT =
  /^\|\s*(count|sum|avg)\s*\(\s*([^)]*?)\s*\)\s*(?:by\s+([^<>=]+?)\s*)?(>=|<=|==?|>|<)\s*(\d+(?:\.\d+)?)\s*$/i;
const OPERATORS: ReadonlyMap<string, string> = new Map([
  ['>', 'gt'],
  ['>=', 'gte'],
  ['<', 'lt'],
  ['<=', 'lte'],
  ['=', 'eq'],
  ['==', 'eq'],
]);

/** The correlation that says what an obsolete aggregation did, from its pipe on; without details where it cannot be read. */
export function aggregationRemedy(aggregation: string): string {
  const [, name = '', field = '', by = '', sign = '', threshold = ''] = COUNT.exec(aggregation) ?? [];
  if (name !== '') {
    const type =
      name.toLowerCase() !== 'count'
        ? `value_${name.toLowerCase()}`
        : field === ''
          ? 'event_count'
          : 'value_count';
    const fields = by.split(',').map((part) => part.trim());
    const groupBy = by === '' ? '' : `, group-by: [${fields.join(', ')}]`;
    const ofField = field === '' ? '' : `field: ${field}, `;
    return `leave it out, give the rule a name, and write a correlation over it: { type: ${type}, rules: [its name]${groupBy}, timespan: (its timeframe), condition: { ${ofField}${OPERATORS.get(sign)}: ${threshold} } }`;
  }
  if (/^\|\s*near\b/i.test(aggregation))
    return 'write a rule with a name for each selection, and a correlation over them: { type: temporal, rules: [their names], timespan: (its timeframe) }';
  return "write a correlation rule ('correlation: type: event_count …')";
}

import { isMap } from 'yaml';
import {
  describeLogSource,
  LOG_SOURCES,
  type LogSource,
  logSourceOf,
  plainLogSource,
} from '../log-sources.js';
import type { EventRule } from '../rule-source.js';
import type { Entries } from './parse-meta.js';
import type { ProblemReporter } from './rule-problem.js';
import { mapEntries, textOf } from './yaml-map.js';

/**
 * Which log sources rules may have. `fed`: those whose events Gatewarden brings to the rules. `any`: all there are, over
 * plain JSON events; field names of log sources that are not ours are taken as written.
 */
export type AcceptedLogSources = 'fed' | 'any';

export interface ParsedLogSource {
  readonly logsource: EventRule['logsource'];
  readonly source: LogSource;
}

/** Parses the `logsource` map of a rule or filter; problems are reported and answered with `undefined`. */
export function parseLogSource(
  entries: Entries,
  accepted: AcceptedLogSources,
  reporter: ProblemReporter,
): ParsedLogSource | undefined {
  const section = entries.get('logsource');
  if (section === undefined || !isMap(section.value))
    return reporter.report((section ?? entries.get('detection') ?? entries.get('filter'))?.keyNode, {
      what: "the rule has no 'logsource' map",
      expected: 'write logsource: { product: aws, service: apigateway }',
    });
  const logsource: Record<string, string> = {};
  for (const entry of mapEntries(section.value, reporter)) {
    const text = textOf(entry, reporter);
    if (text !== undefined) logsource[entry.key] = text;
  }
  const source = acceptedLogSource(logsource, accepted);
  if (source !== undefined) return { source, logsource };
  return reporter.report(section.value, {
    what: 'no feed carries this log source',
    seen: section.value.toJSON(),
    expected: `fed are ${LOG_SOURCES.map((known) => `{ ${describeLogSource(known)} }`).join(', ')}`,
  });
}

export function acceptedLogSource(
  logsource: EventRule['logsource'],
  accepted: AcceptedLogSources,
): LogSource | undefined {
  return accepted === 'any' ? plainLogSource(logsource) : logSourceOf(logsource);
}

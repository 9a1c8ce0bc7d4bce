import { fieldNames, LOG_SOURCES } from '../../core/sigma/log-sources.js';
import { nearestName } from '../../core/sigma/parse/nearest-name.js';
import type { RuleValue } from '../../core/sigma/rule-source.js';
import { callField, type FieldType } from '../../core/sigma/taxonomy.js';
import { UsageError } from '../cli-io.js';

/** One `--where`: a field of calls, and what it must be. */
export interface Where {
  readonly field: string;
  readonly type: FieldType;
  readonly modifiers: readonly string[];
  /** Any of them suffices. */
  readonly values: readonly RuleValue[];
}

const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  '!=': ['neq'],
  '>=': ['gte'],
  '<=': ['lte'],
  '~=': ['contains'],
  '^=': ['startswith'],
  '$=': ['endswith'],
  '=': [],
  '>': ['gt'],
  '<': ['lt'],
};
const CONDITION = /^([A-Za-z][\w.-]*?)\s*(!=|>=|<=|~=|\^=|\$=|=|>|<)\s*(.+)$/s;

/** Reads `status=401|403`, `latencyMs>1000`, `path^=/admin`, `sourceIp=192.0.2.0/24`. Throws `UsageError`. */
export function parseWhere(text: string): Where {
  const [, field = '', operator = '', written = ''] = CONDITION.exec(text) ?? [];
  if (field === '')
    throw new UsageError(
      `--where ${text}: expected a field, one of ${Object.keys(OPERATORS).join(' ')} and a value, such as status=401`,
    );
  const type = typeOf(field, `--where ${text}`);
  const isNumber = type === 'number' || type === 'time';
  const values = written.split('|').map((value): RuleValue => {
    if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
    return isNumber && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
  });
  const odd = values.find((value) => typeof value === 'string' && !/[*?]/.test(value));
  if (type === 'number' && odd !== undefined)
    throw new UsageError(`--where ${text}: ${field} is a number, seen ${JSON.stringify(odd)}`);
  const isNetwork = type === 'address' && values.every((value) => String(value).includes('/'));
  const modifiers = [...(isNetwork ? ['cidr'] : []), ...(OPERATORS[operator] ?? [])];
  return { field, type, modifiers, values };
}

/** The type of a field of calls; throws `UsageError` with the nearest name when there is no such field. */
export function typeOf(field: string, option: string): FieldType {
  const known = callField(field);
  if (known !== undefined) return known.type;
  const near = nearestName(field, LOG_SOURCES.slice(0, 1).flatMap(fieldNames));
  const hint = near === undefined ? 'docs/taxonomy.md lists the fields' : `did you mean '${near}'?`;
  throw new UsageError(`${option}: calls have no field '${field}'; ${hint}`);
}

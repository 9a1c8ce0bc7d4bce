import type { ApiCall } from '../../../../core/calls/api-call.js';
import type { Condition, FieldMatch, RuleValue } from '../../../../core/sigma/rule-source.js';
import { CALL_FIELDS, callField, type FieldValue } from '../../../../core/sigma/taxonomy.js';

/** A direct, slow reading of the Sigma specification: every condition is evaluated as it stands, by regular expressions. */
export function matchesSlowly(condition: Condition, call: ApiCall): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.of.every((part) => matchesSlowly(part, call));
    case 'or':
      return condition.of.some((part) => matchesSlowly(part, call));
    case 'not':
      return !matchesSlowly(condition.of, call);
    case 'match':
      return fieldMatches(condition.match, call);
  }
}

function fieldMatches({ field, modifiers, values }: FieldMatch, call: ApiCall): boolean {
  const fields =
    field === undefined ? CALL_FIELDS.filter((entry) => entry.keyword).map((entry) => entry.name) : [field];
  const shapes =
    field === undefined && !modifiers.some((name) => ['startswith', 'endswith', 're'].includes(name))
      ? [...modifiers, 'contains']
      : modifiers;
  const one = (value: RuleValue): boolean =>
    fields.some((name) => valueMatches(callField(name)?.read(call), shapes, value));
  const answer = modifiers.includes('all') ? values.every(one) : values.some(one);
  return modifiers.includes('neq') ? !answer : answer;
}

function valueMatches(seen: FieldValue, modifiers: readonly string[], value: RuleValue): boolean {
  const has = (name: string): boolean => modifiers.includes(name);
  if (has('exists')) return (seen !== undefined) === value;
  if (value === null) return seen === undefined || seen === null;
  if (seen === undefined || seen === null) return false;
  const operator = ['gt', 'gte', 'lt', 'lte'].find(has);
  if (operator !== undefined) {
    const left =
      typeof seen === 'number'
        ? seen
        : typeof seen === 'string' && seen.trim() === seen && seen !== ''
          ? Number(seen)
          : Number.NaN;
    const right = Number(value);
    return operator === 'gt'
      ? left > right
      : operator === 'gte'
        ? left >= right
        : operator === 'lt'
          ? left < right
          : left <= right;
  }
  if (has('cidr')) return inNetwork(String(seen), String(value));
  if (has('re')) {
    const flags = ['i', 'm', 's'].filter(has).join('');
    return new RegExp(String(value), flags).test(String(seen));
  }
  const pattern = wildcardSource(has('cased') ? String(value) : String(value).toLowerCase());
  const before = has('contains') || has('endswith') ? '[\\s\\S]*' : '';
  const after = has('contains') || has('startswith') ? '[\\s\\S]*' : '';
  const text = has('cased') ? String(seen) : String(seen).toLowerCase();
  return new RegExp(`^${before}${pattern}${after}$`).test(text);
}

function wildcardSource(value: string): string {
  return value.replace(
    /\\([*?\\])|([*?])|([\s\S])/g,
    (_, escaped?: string, wildcard?: string, plain?: string) => {
      if (wildcard !== undefined) return wildcard === '*' ? '[\\s\\S]*' : '[\\s\\S]';
      return (escaped ?? plain ?? '').replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
    },
  );
}

function inNetwork(address: string, network: string): boolean {
  const [base = '', bits = '32'] = network.split('/');
  const toBits = (text: string): string =>
    /^\d+\.\d+\.\d+\.\d+$/.test(text)
      ? text
          .split('.')
          .map((part) => Number(part).toString(2).padStart(8, '0'))
          .join('')
      : '';
  const wanted = toBits(base).slice(0, Number(bits));
  const seen = toBits(address);
  return seen !== '' && toBits(base) !== '' && seen.startsWith(wanted);
}

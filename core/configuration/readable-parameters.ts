import type { StoredParameter } from '../ports/parameter-store.js';
import type { RuleProblem } from '../sigma/parse/rule-problem.js';
import type { Parameter } from './parameter.js';

/** Parameters that are not plain text are told, and otherwise treated as if they were not there. */
export function readableParameters(stored: readonly StoredParameter[]): {
  readonly parameters: readonly Parameter[];
  readonly problems: readonly RuleProblem[];
} {
  return {
    parameters: stored.filter(({ type }) => type === 'text').map(({ name, text }) => ({ name, text })),
    problems: stored
      .filter(({ type }) => type !== 'text')
      .map(({ name }) => ({
        file: name,
        line: 1,
        column: 1,
        what: 'the parameter is not of type String',
        seen: '',
        expected: 'delete it and put it again as a String: rules and settings are no secrets',
      })),
  };
}

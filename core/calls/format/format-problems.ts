import { utf8Length } from '../../utf8-length.js';
import type { FormatTemplate } from './format-template.js';
import { isKnownVariable } from './variables.js';

/** What is wrong with a format string, the text seen and what would be right. Errors leave nothing to decode. */
export interface FormatProblem {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly seen: string;
  readonly expected: string;
}

/** API Gateway's limit for REST and HTTP APIs (not adjustable). */
const MAX_FORMAT_BYTES = 3 * 1024;
const MAX_SEEN = 80;

export function problemsOf(format: string, template: FormatTemplate): readonly FormatProblem[] {
  if (template.variables.length === 0) return [withoutVariables(format)];
  const bytes = utf8Length(format);
  const names = new Set(template.variables);
  const warnings: FormatProblem[] = [];
  const warn = (message: string, seen: string, expected: string) => {
    warnings.push({ severity: 'warning', message, seen: seen.slice(0, MAX_SEEN), expected });
  };
  if (bytes > MAX_FORMAT_BYTES) {
    warn(
      'the format is longer than API Gateway accepts',
      `${bytes} bytes`,
      `at most ${MAX_FORMAT_BYTES} bytes`,
    );
  }
  if (!names.has('requestId') && !names.has('extendedRequestId')) {
    warn(
      'the format has no request id, which API Gateway demands',
      format.trim(),
      '$context.requestId or $context.extendedRequestId',
    );
  }
  for (const text of template.braced) {
    warn('API Gateway does not fill braces', text, text.replace(/[{}]/g, ''));
  }
  for (const name of names) {
    if (!isKnownVariable(name))
      warn(
        'not a documented variable: it may always print `-`',
        `$context.${name}`,
        'a documented $context variable',
      );
  }
  for (const literal of template.literals) {
    const foreign = /\$(?:input|stageVariables|request|response|util|method|integration)\b[\w.]*/.exec(
      literal,
    );
    if (foreign !== null) warn('only $context variables are filled in access logs', foreign[0], '$context.…');
  }
  template.literals.slice(1, -1).forEach((literal, i) => {
    if (literal !== '') return;
    const pair = `$context.${template.variables[i]}$context.${template.variables[i + 1]}`;
    warn(
      'nothing separates two variables, so their values can only be guessed apart',
      pair,
      'a separator between them',
    );
  });
  return warnings;
}

function withoutVariables(format: string): FormatProblem {
  return {
    severity: 'error',
    message: format.trim() === '' ? 'the format is empty' : 'the format has no $context variable',
    seen: format.trim().slice(0, MAX_SEEN),
    expected:
      'text with variables such as {"requestId":"$context.requestId","ip":"$context.identity.sourceIp"}',
  };
}

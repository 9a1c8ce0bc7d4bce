import { Fault } from '../../fault.js';
import type { RegexEngine } from '../../ports/regex-engine.js';
import { redactBody } from './redact-body.js';
import { redactHeader } from './redact-headers.js';
import { redactQuery } from './redact-query.js';
import { redactPath, redactText } from './redact-text.js';
import { REDACTED } from './secret-catalogue.js';
import { isSecretName } from './secret-name.js';

/** Redaction by kind of field. Every method is linear, total, and returns its argument where nothing is secret. */
export interface Redactor {
  /** No patterns of the user's own: what no built-in pattern can match need not be looked at. */
  readonly isBuiltIn: boolean;
  /** Free text: user agents, messages, identifiers that a caller may have had a hand in. */
  text(value: string): string;
  path(value: string): string;
  query(value: string): string;
  header(name: string, value: string): string;
  body(value: string): string;
  /** A value of which only the name says what it is (`authorizer.apiToken`). */
  named(name: string, value: string): string;
}

/**
 * The built-in redaction, then the user's own patterns. An engine answers only whether a pattern matches, so the
 * smallest part that matches goes as a whole: a path segment, a query pair, a word; else the entire value. Throws
 * `Fault('rule.invalid')` on a pattern that the engine cannot run, `Fault('bundle.invalid')` without an engine.
 */
export function createRedactor(patterns: readonly string[], engine: RegexEngine | undefined): Redactor {
  if (patterns.length === 0) return BUILT_IN;
  if (engine === undefined)
    throw new Fault('bundle.invalid', { what: 'settings.redact', need: 'a regex engine' });
  const tests = patterns.map((pattern) =>
    engine.compile(pattern, { ignoreCase: false, multiline: false, dotAll: false }),
  );
  const matches = (text: string): boolean => tests.some((test) => test(text));
  const own = (text: string, separators: RegExp): string => redactMatching(text, separators, matches);
  return {
    isBuiltIn: false,
    text: (value) => own(BUILT_IN.text(value), WORDS),
    path: (value) => own(BUILT_IN.path(value), SEGMENTS),
    query: (value) => own(BUILT_IN.query(value), PAIRS),
    header: (name, value) => own(BUILT_IN.header(name, value), WORDS),
    body: (value) => own(BUILT_IN.body(value), TOKENS),
    named: (name, value) => own(BUILT_IN.named(name, value), WORDS),
  };
}

const BUILT_IN: Redactor = {
  isBuiltIn: true,
  text: redactText,
  path: redactPath,
  query: redactQuery,
  header: redactHeader,
  body: redactBody,
  named: (name, value) => (isSecretName(name) ? REDACTED : redactText(value)),
};

const WORDS = /(\s+)/;
const SEGMENTS = /(\/)/;
const PAIRS = /([&;=])/;
const TOKENS = /([\s",:{}[\]&=<>]+)/;

function redactMatching(text: string, separators: RegExp, matches: (text: string) => boolean): string {
  if (text === '' || text === REDACTED || !matches(text)) return text;
  const parts = text
    .split(separators)
    .map((part, index) =>
      index % 2 === 0 && part !== '' && part !== REDACTED && matches(part) ? REDACTED : part,
    )
    .join('');
  // The pattern spans several parts (or matches the marker itself): nothing smaller is safe.
  return parts !== text && !matches(parts) ? parts : REDACTED;
}

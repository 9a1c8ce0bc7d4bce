import { RE2JS } from 're2js';
import { Fault } from '../../core/fault.js';
import type { RegexEngine } from '../../core/ports/regex-engine.js';
import { withoutLookAhead } from './look-around.js';
import { pcreToRe2 } from './pcre-to-re2.js';

/** Instructions: room for a short group two thousand times. Patterns that people write need some dozens. */
const PROGRAM_MAX = 10_000;

/**
 * `RegexEngine` on RE2JS: linear time in the text, whatever the pattern. Import this module lazily
 * (`await import(…)`) and only when a rule needs it: it is half as large as the rest of the collector together.
 */
export const re2Engine: RegexEngine = {
  compile(pattern, flags) {
    try {
      const plain = withoutLookAhead(pattern, flags);
      if (plain === undefined) return compileOne(pattern, flags);
      const matches = compileOne(plain.pattern, flags);
      const beside = plain.beside.map((one) => ({
        matches: compileOne(one.pattern, flags),
        wanted: one.wanted,
      }));
      return (text) => matches(text) && beside.every((one) => one.matches(text) === one.wanted);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'invalid pattern';
      throw new Fault('rule.invalid', { reason }, { cause });
    }
  },
};

function compileOne(
  pattern: string,
  flags: Parameters<RegexEngine['compile']>[1],
): ReturnType<RegexEngine['compile']> {
  let bits = 0;
  if (flags.ignoreCase) bits |= RE2JS.CASE_INSENSITIVE;
  if (flags.multiline) bits |= RE2JS.MULTILINE;
  if (flags.dotAll) bits |= RE2JS.DOTALL;
  const compiled = RE2JS.compile(pcreToRe2(pattern, flags), bits);
  if (compiled.programSize() > PROGRAM_MAX) throw new Error(`it compiles to more than ${PROGRAM_MAX} steps`);
  return (text) => compiled.test(text);
}

/**
 * A linear-time regular expression engine (RE2). Patterns come from rules, never from observed text.
 * `compile` throws `Fault('rule.invalid')` on a pattern that the engine cannot run.
 */
export interface RegexEngine {
  compile(
    pattern: string,
    flags: { readonly ignoreCase: boolean; readonly multiline: boolean; readonly dotAll: boolean },
  ): (text: string) => boolean;
}

/**
 * One text of the configuration, wherever it is kept: a parameter under the prefix in Parameter Store, or a file of the
 * folder on one machine.
 */
export interface Parameter {
  /** Below the prefix, without a file's ending: `rules/<name>` holds Sigma YAML, `settings/<name>` JSON. */
  readonly name: string;
  readonly text: string;
}

export const RULES_PREFIX = 'rules/';
export const SETTINGS_PREFIX = 'settings/';

/** Order of code units, the same everywhere: what is compiled must not depend on who listed it. */
export function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  return left.name < right.name ? -1 : left.name > right.name ? 1 : 0;
}

import * as v from 'valibot';
import type { RuleSource } from './rule-source.js';

const packFile = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/)),
  version: v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+$/)),
  title: v.string(),
  rules: v.array(v.strictObject({ id: v.string(), state: v.picklist(['active', 'shadow']) })),
});

/** A pack: a list of rule ids, and the life-cycle state in which each starts. */
export type RulePack = v.InferOutput<typeof packFile>;

/** What the build makes of `rules/`, so that neither the collector nor the command line parses YAML to start. */
export interface ShippedRules {
  readonly formatVersion: 1;
  readonly packs: readonly RulePack[];
  readonly rules: readonly RuleSource[];
}

export type PackResult =
  | { readonly ok: true; readonly pack: RulePack }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Decodes a pack manifest, already read from YAML. */
export function decodePack(manifest: unknown): PackResult {
  const decoded = v.safeParse(packFile, manifest);
  if (decoded.success) return { ok: true, pack: decoded.output };
  return {
    ok: false,
    problems: decoded.issues.map((issue) => `${v.getDotPath(issue) ?? 'pack'}: ${issue.message}`),
  };
}

/** Ids that a pack names and no rule has. */
export function missingFromPack(pack: RulePack, rules: readonly RuleSource[]): readonly string[] {
  const known = new Set(rules.map(({ id }) => id));
  return pack.rules.map(({ id }) => id).filter((id) => !known.has(id));
}

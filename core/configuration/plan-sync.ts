import type { ParameterTier } from '../ports/parameter-store.js';
import { utf8Length } from '../utf8-length.js';
import { diffLines, type LineChange } from './line-diff.js';
import { byName, type Parameter } from './parameter.js';

/** What becomes of one parameter. `left`: it is not in the source, and stays, because deleting was not asked for. */
export type SyncStep =
  | { readonly kind: 'add'; readonly name: string; readonly text: string }
  | {
      readonly kind: 'change';
      readonly name: string;
      readonly text: string;
      readonly lines: readonly LineChange[];
    }
  | { readonly kind: 'delete' | 'left' | 'same'; readonly name: string };

export interface SyncRequest {
  /** What there is to be. */
  readonly wanted: readonly Parameter[];
  /** What there is. */
  readonly present: readonly Parameter[];
  readonly absent: 'delete' | 'leave';
}

/** What to do so that `present` becomes `wanted`, in order of name. Texts that differ in their line ends only are the same. */
export function planSync({ wanted, present, absent }: SyncRequest): readonly SyncStep[] {
  const before = new Map(present.map(({ name, text }) => [name, text]));
  const names = new Set(wanted.map(({ name }) => name));
  const steps = wanted.map(({ name, text }): SyncStep => {
    const known = before.get(name);
    if (known === undefined) return { kind: 'add', name, text };
    if (normalised(known) === normalised(text)) return { kind: 'same', name };
    return { kind: 'change', name, text, lines: diffLines(normalised(known), normalised(text)) };
  });
  const others = present
    .filter(({ name }) => !names.has(name))
    .map(({ name }): SyncStep => ({ kind: absent === 'delete' ? 'delete' : 'left', name }));
  return [...steps, ...others].sort(byName);
}

/** What Parameter Store takes: 4 KB for nothing, 8 KB in the advanced tier (AWS: managing parameter tiers). */
export const STANDARD_MAX_BYTES = 4096;
export const ADVANCED_MAX_BYTES = 8192;

/** US dollars a month for each advanced parameter (AWS Systems Manager pricing, 2026); reading it costs $0.05 per 10,000 on top. */
export const ADVANCED_DOLLARS_A_MONTH = 0.05;

/** The tier that a text needs; `undefined`: it fits none. */
export function tierOf(text: string): ParameterTier | undefined {
  const bytes = utf8Length(text);
  if (bytes <= STANDARD_MAX_BYTES) return 'standard';
  return bytes <= ADVANCED_MAX_BYTES ? 'advanced' : undefined;
}

function normalised(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(/\n+$/, '');
}

import type { Bundle } from '../bundle.js';
import type { Digest } from '../ports/digest.js';
import type { StateStore } from '../ports/state-store.js';
import type { EventRule } from '../sigma/rule-source.js';

/** The part of the bundle that the guard needs: what can be decided from one call alone. */
export interface GuardBundle {
  readonly formatVersion: 1;
  /** Content hash of everything else. */
  readonly version: string;
  /** Rules over single calls that alert by themselves, active ones only. */
  readonly rules: readonly EventRule[];
  /** Nobody yet. */
  readonly blocked: readonly string[];
}

export interface GuardPorts {
  readonly state: Pick<StateStore, 'cursor' | 'setCursor'>;
  readonly digest: Digest;
  /** Puts the document where guards fetch it, whole or not at all. */
  readonly put: (document: string) => Promise<void>;
}

const CURSOR = 'guard bundle';

/** The guard's part, whatever else the bundle holds: it changes only when something that the guard reads does. */
function toGuardBundle({ rules, shadow = [] }: Bundle, digest: Digest): GuardBundle {
  const silent = new Set(shadow);
  const content = {
    formatVersion: 1,
    rules: rules.filter(
      (rule): rule is EventRule => rule.kind === 'event' && rule.alerts && !silent.has(rule.id),
    ),
    blocked: [],
  } as const;
  return { ...content, version: digest.hex(['guard bundle', JSON.stringify(content)], 16) };
}

/** Publishes the guard's part unless the last one published says the same; a crash in between puts it twice, to no harm. */
export async function publishGuard({ state, digest, put }: GuardPorts, bundle: Bundle): Promise<boolean> {
  const guard = toGuardBundle(bundle, digest);
  if ((await state.cursor(CURSOR)) === guard.version) return false;
  await put(JSON.stringify(guard));
  await state.setCursor(CURSOR, guard.version);
  return true;
}

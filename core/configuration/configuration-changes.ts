import type { Bundle, BundleConfiguration } from '../bundle.js';
import type { Digest } from '../ports/digest.js';
import type { TrailEvent } from '../ports/trail-store.js';

/** What a new bundle changes in the configuration, as events for the trail: texts by their hash, states and versions as they are. */
export function configurationChanges(
  before: BundleConfiguration,
  bundle: Bundle,
  { digest, atMs }: { readonly digest: Digest; readonly atMs: number },
): readonly TrailEvent[] {
  const after = bundle.configuration;
  if (after === undefined) return [];
  const hash = (text: string) => digest.hex(['parameter', text], 16);
  const changes = [
    ...differences(
      'parameter',
      byKey(before.accepted, ({ name, text }) => [name, hash(text)]),
      byKey(after.accepted, ({ name, text }) => [name, hash(text)]),
    ),
    ...differences('pack', byKey(before.packs, toPack), byKey(after.packs, toPack)),
    ...differences('rule', byKey(before.configured, toState), byKey(after.configured, toState)),
  ];
  return changes.map(({ what, name, from, to }) => ({
    id: digest.hex(['configuration', bundle.version, what, name, from, to], 16),
    timeMs: atMs,
    kind: `configuration.${what}`,
    details: { [what]: name, before: from, after: to, bundle: bundle.version, by: 'compile' },
  }));
}

const ABSENT = '-';

function differences(what: string, before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name) => {
    const from = before.get(name) ?? ABSENT;
    const to = after.get(name) ?? ABSENT;
    return from === to ? [] : [{ what, name, from, to }];
  });
}

function byKey<T>(
  items: readonly T[],
  toEntry: (item: T) => readonly [string, string],
): ReadonlyMap<string, string> {
  return new Map(items.map(toEntry));
}

function toPack({ name, version, isOn }: BundleConfiguration['packs'][number]): readonly [string, string] {
  return [name, isOn ? version : `${version}, off`];
}

function toState({
  id,
  state,
  contentHash,
}: BundleConfiguration['configured'][number]): readonly [string, string] {
  return [id, `${state} ${contentHash}`];
}

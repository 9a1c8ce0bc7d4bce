/** Which log groups a subscription is for: exact names, and every group whose name starts with a prefix. */
export interface GroupSelection {
  readonly names: readonly string[];
  readonly prefixes: readonly string[];
}

export function isSelected(groupName: string, selection: GroupSelection): boolean {
  return (
    selection.names.includes(groupName) || selection.prefixes.some((prefix) => groupName.startsWith(prefix))
  );
}

/**
 * Prefixes and names that have to be listed to see every group of the selections once: a prefix that starts with
 * another one, and a name that some prefix covers, need no listing of their own.
 */
export function listingsFor(selections: readonly GroupSelection[]): GroupSelection {
  const prefixes = [...new Set(selections.flatMap((selection) => selection.prefixes))].sort();
  const widest = prefixes.filter(
    (prefix) => !prefixes.some((other) => other !== prefix && prefix.startsWith(other)),
  );
  const names = [...new Set(selections.flatMap((selection) => selection.names))].sort();
  return {
    names: names.filter((name) => !widest.some((prefix) => name.startsWith(prefix))),
    prefixes: widest,
  };
}

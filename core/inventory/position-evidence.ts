import { isCollectionName, isReservedWord, mayBeValue } from './known-words.js';
import { isParameter } from './learned-templates.js';
import type { RouteNode } from './route-tree.js';

/** More words than this at one position are values whatever else is known: it bounds what a catch-all API can grow to. */
export const WORDS_MAX = 150;

/**
 * Whether the words that follow `parent` are values of a parameter. Pure: no order, no clock. The thresholds are ours,
 * chosen on hand-labelled routes of REST, RPC and multi-tenant styles (test/unit/core/inventory/learn-templates.test.ts):
 * values of a parameter share what stands below them (`/repos/a/issues`, `/repos/b/issues`), follow the name of a
 * collection, are many and are not named like collections or actions themselves.
 */
export function wordsAreValues(parent: string, node: RouteNode): boolean {
  const words = [...node.children].filter(([segment]) => isValueLike(segment));
  const count = words.length;
  if (count > WORDS_MAX) return true;
  const collections = words.filter(([segment]) => isCollectionName(segment)).length;
  const follows = isCollectionName(parent);
  // resources side by side (`/users/{id}`, `/orders/{id}`) have the same shape too, but are named in the plural
  if (count < 3 || collections * 10 > count * (follows ? 4 : 2)) return false;
  const shared = mostShared(
    words.map(([, child]) => child),
    follows,
  );
  if (follows) {
    if (shared >= 3 && shared * 2 >= count) return true;
    const hasTypedSibling = [...node.children.keys()].some(isParameter);
    return count >= (hasTypedSibling ? 4 : 6) && areRead(words.map(([, child]) => child));
  }
  if (count >= 8 && shared * 10 >= count * 6) return true;
  const calls = words.reduce((total, [, child]) => total + child.calls, 0);
  // many words with hardly a call each: nobody deploys a route to have it called once an hour
  return count >= 30 && calls > 0 && calls <= count * 5 && areRead(words.map(([, child]) => child));
}

/** Words at a position of values that are routes all the same: much busier than the values, and of another shape. */
export function wordsToKeep(node: RouteNode): readonly string[] {
  const words = [...node.children].filter(([segment]) => isValueLike(segment));
  const calls = words.map(([, child]) => child.calls).sort((a, b) => a - b);
  const median = calls[calls.length >> 1] ?? 0;
  const shapes = new Map<string, number>();
  for (const [, child] of words) shapes.set(shapeOf(child), (shapes.get(shapeOf(child)) ?? 0) + 1);
  return words
    .filter(([, child]) => (shapes.get(shapeOf(child)) ?? 0) === 1)
    .filter(
      ([segment, child]) => child.calls >= 20 && child.calls >= median * (isCollectionName(segment) ? 2 : 10),
    )
    .map(([segment]) => segment)
    .sort()
    .slice(0, KEEP_MAX);
}

/**
 * Reserved words that are values here: below them stands what stands below the values, and the word is not one that
 * means a value itself (`me`).
 */
export function reservedValues(node: RouteNode): readonly string[] {
  const values = [...node.children].filter(([segment]) => isValueLike(segment) || isParameter(segment));
  const below = new Set(values.flatMap(([, child]) => wordsBelow(child)));
  return [...node.children]
    .filter(([segment]) => isReservedWord(segment) && mayBeValue(segment))
    .filter(([, child]) => wordsBelow(child).some((word) => below.has(word)))
    .map(([segment]) => segment)
    .sort()
    .slice(0, KEEP_MAX);
}

/** Words listed at one position, of either kind. */
const KEEP_MAX = 16;

function isValueLike(segment: string): boolean {
  return !segment.includes('{') && !isReservedWord(segment);
}

/**
 * How many of the nodes have the same word below them. Where nothing else speaks for a parameter, words that every
 * service has (`health`, `search`) do not count.
 */
function mostShared(nodes: readonly RouteNode[], countReserved: boolean): number {
  const counts = new Map<string, number>();
  let most = 0;
  for (const node of nodes) {
    for (const segment of wordsBelow(node)) {
      if (!countReserved && isReservedWord(segment) && !isCollectionName(segment)) continue;
      const count = (counts.get(segment) ?? 0) + 1;
      counts.set(segment, count);
      most = Math.max(most, count);
    }
  }
  return most;
}

/** The words one step below. */
function wordsBelow(node: RouteNode): readonly string[] {
  return [...node.children.keys()].filter((segment) => !segment.startsWith('{'));
}

/** Things are read; actions are mostly posted. */
function areRead(nodes: readonly RouteNode[]): boolean {
  const read = nodes.filter(({ methods }) => methods.has('GET') || methods.has('HEAD') || methods.size === 0);
  return read.length * 10 >= nodes.length * 7;
}

function shapeOf(node: RouteNode): string {
  return [...node.methods].sort().join() + [...node.children.keys()].sort().join('/');
}

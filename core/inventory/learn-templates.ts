import {
  isParameter,
  KNOWN_ROUTES_MAX,
  type LearnedPosition,
  type LearnedTemplates,
  toCurrentRoute,
  toLearnedTree,
} from './learned-templates.js';
import { isOwnParameter, PARAMETER_NAMES } from './parameter-names.js';
import { reservedValues, wordsAreValues, wordsToKeep } from './position-evidence.js';
import { UNMATCHED_ROUTE } from './route-evidence.js';
import { type CountedRoute, mergeRouteNodes, type RouteNode, toRouteTree } from './route-tree.js';

/** Most learned positions of one API. */
const POSITIONS_MAX = 500;

/**
 * What the routes seen so far teach, on top of what was learned before: positions where words are values of a parameter, and
 * positions where several typed forms are one parameter. Deterministic, independent of the order of `routes`, and
 * settled: deriving again from the same routes changes nothing. Nothing learned is ever forgotten, so a path changes its
 * template at most once a position.
 */
export function deriveTemplates(
  known: LearnedTemplates | undefined,
  routes: readonly CountedRoute[],
): LearnedTemplates {
  const before = known ?? { positions: [], routes: [] };
  const tree = toLearnedTree(before.positions);
  const seen = routes
    .filter(({ route }) => route.startsWith('/') && route !== UNMATCHED_ROUTE)
    .map((counted) => ({ ...counted, route: toCurrentRoute(counted.route, tree) }));
  const found = new Map<string, LearnedPosition>();
  settle(
    toRouteTree(seen),
    { after: '', parent: '' },
    new Map(before.positions.map((p) => [p.after, p])),
    found,
  );
  const positions = settled(before.positions, found);
  return { positions, routes: knownRoutes(before.routes, seen, positions) };
}

interface Place {
  readonly after: string;
  readonly parent: string;
}

/** Walks down the routes and decides at each step, on what the steps above have merged. */
function settle(
  node: RouteNode,
  { after, parent }: Place,
  before: ReadonlyMap<string, LearnedPosition>,
  found: Map<string, LearnedPosition>,
): void {
  const position = positionOf(node, { after, parent }, before.get(after));
  let children = [...node.children];
  if (position !== undefined) {
    found.set(after, position);
    const tree = toLearnedTree([{ ...position, after: '' }]);
    const grouped = new Map<string, RouteNode[]>();
    for (const [segment, child] of children) {
      const template = toCurrentRoute(`/${segment}`, tree).slice(1);
      grouped.set(template, [...(grouped.get(template) ?? []), child]);
    }
    children = [...grouped].map(([segment, nodes]) => [segment, mergeRouteNodes(nodes)]);
  }
  for (const [segment, child] of children) {
    settle(child, { after: `${after}/${segment}`, parent: segment }, before, found);
  }
}

function positionOf(
  node: RouteNode,
  place: Place,
  known: LearnedPosition | undefined,
): LearnedPosition | undefined {
  const parameters = [...node.children.keys()].filter(isParameter);
  // the gateway's own names: here its routes are known, and words are routes beside them
  if (parameters.some((segment) => !isOwnParameter(segment))) return known;
  if (known?.scope === 'all') return withValues(known, node);
  if (wordsAreValues(place.parent, node)) {
    const name = known?.name ?? (parameters.length > 0 ? PARAMETER_NAMES.id : PARAMETER_NAMES.name);
    return { after: place.after, name, scope: 'all', keep: wordsToKeep(node), values: reservedValues(node) };
  }
  if (known === undefined && parameters.length >= 2) {
    return { after: place.after, name: PARAMETER_NAMES.id, scope: 'typed', keep: [], values: [] };
  }
  return known;
}

/** A reserved word can show itself as a value later than the others. */
function withValues(known: LearnedPosition, node: RouteNode): LearnedPosition {
  const values = new Set([...known.values, ...reservedValues(node)]);
  return values.size === known.values.length ? known : { ...known, values: [...values].sort() };
}

/** Old and new positions, the old ones under the names that their prefixes have by now. */
function settled(
  before: readonly LearnedPosition[],
  found: ReadonlyMap<string, LearnedPosition>,
): readonly LearnedPosition[] {
  const tree = toLearnedTree([...found.values()]);
  const positions = new Map(found);
  for (const position of before) {
    const after = position.after === '' ? '' : toCurrentRoute(position.after, tree);
    if (!positions.has(after)) positions.set(after, { ...position, after });
  }
  return [...positions.values()].sort((a, b) => (a.after < b.after ? -1 : 1)).slice(0, POSITIONS_MAX);
}

/**
 * Templates for refused calls to count under. An API whose lines name their routes (parameters with names that are not
 * ours, nothing caught by `{proxy+}`) needs none.
 */
function knownRoutes(
  before: readonly string[],
  seen: readonly CountedRoute[],
  positions: readonly LearnedPosition[],
): readonly string[] {
  const tree = toLearnedTree(positions);
  const routes = seen.map(({ route }) => toCurrentRoute(route, tree));
  const segments = routes.flatMap((route) => route.split('/').filter((segment) => segment.startsWith('{')));
  const isNamed = segments.some((segment) => !isOwnParameter(segment));
  if (isNamed && !segments.some((segment) => segment.endsWith('+}'))) return [];
  const kept = [...new Set(before.map((route) => toCurrentRoute(route, tree)))].sort();
  const added = [...new Set(routes)].filter((route) => !kept.includes(route) && !route.endsWith('+}')).sort();
  return [...kept, ...added].slice(0, KNOWN_ROUTES_MAX).sort();
}

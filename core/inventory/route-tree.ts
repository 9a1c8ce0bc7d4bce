/** Routes of one API as a tree over template segments, with what was counted along the way. */
export interface RouteNode {
  readonly children: Map<string, RouteNode>;
  /** Methods of the routes that end here. */
  readonly methods: Set<string>;
  /** Calls of all routes that pass or end here. */
  calls: number;
}

export interface CountedRoute {
  readonly method: string;
  readonly route: string;
  readonly calls: number;
}

export function toRouteTree(routes: Iterable<CountedRoute>): RouteNode {
  const root = newRouteNode();
  for (const { method, route, calls } of routes) {
    let node = root;
    node.calls += calls;
    for (const segment of route.split('/')) {
      if (segment === '') continue;
      const known = node.children.get(segment);
      const next = known ?? newRouteNode();
      if (known === undefined) node.children.set(segment, next);
      next.calls += calls;
      node = next;
    }
    node.methods.add(method);
  }
  return root;
}

/** One node that has everything below all of them. */
export function mergeRouteNodes(nodes: Iterable<RouteNode>): RouteNode {
  const merged = newRouteNode();
  for (const node of nodes) mergeInto(merged, node);
  return merged;
}

function mergeInto(target: RouteNode, node: RouteNode): void {
  target.calls += node.calls;
  for (const method of node.methods) target.methods.add(method);
  for (const [segment, child] of node.children) {
    const known = target.children.get(segment);
    const next = known ?? newRouteNode();
    if (known === undefined) target.children.set(segment, next);
    mergeInto(next, child);
  }
}

const newRouteNode = (): RouteNode => ({ children: new Map(), methods: new Set(), calls: 0 });

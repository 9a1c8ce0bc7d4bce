import type { DeployedRoutes } from './deployed-routes.js';

/** Routes of one stage, ready to be matched. */
export interface RouteTrie {
  /**
   * The template that the gateway would choose: static before parameter before greedy at each segment, going back
   * where a choice leads nowhere; `$default` last. A route for the method goes before `ANY`. `undefined` when none
   * matches. A trailing slash is ignored.
   */
  match(method: string | undefined, path: string): string | undefined;
}

interface Node {
  readonly statics: Map<string, Node>;
  parameter: Node | undefined;
  /** Templates by method for paths that end here. */
  readonly here: Map<string, string>;
  /** Templates by method for paths of one more segment at least. */
  readonly greedy: Map<string, string>;
}

const newNode = (): Node => ({
  statics: new Map(),
  parameter: undefined,
  here: new Map(),
  greedy: new Map(),
});

export function toRouteTrie(deployed: DeployedRoutes): RouteTrie {
  const root = newNode();
  const fallback = new Map<string, string>();
  for (const { method, template } of deployed.routes) {
    if (template.startsWith('/')) insert(root, method.toUpperCase(), template);
    else if (template === '$default') fallback.set(method.toUpperCase(), template);
  }
  return {
    match(method, path) {
      const wanted = method?.toUpperCase();
      return descend(root, pathSegments(path), 0, wanted) ?? pick(fallback, wanted);
    },
  };
}

/** The segments between slashes; a trailing slash adds none. */
export function pathSegments(path: string): readonly string[] {
  const from = path.startsWith('/') ? 1 : 0;
  const to = path.length > from && path.endsWith('/') ? path.length - 1 : path.length;
  return to <= from ? [] : path.slice(from, to).split('/');
}

function insert(root: Node, method: string, template: string): void {
  let node = root;
  for (const segment of pathSegments(template)) {
    if (segment.startsWith('{') && segment.endsWith('+}')) {
      setOnce(node.greedy, method, template);
      return;
    }
    // a colon is an ordinary character in a path of API Gateway (`/models/{id}:predict` is a static segment there)
    const isParameter = segment.startsWith('{') && segment.endsWith('}');
    const known = isParameter ? node.parameter : node.statics.get(segment);
    const next = known ?? newNode();
    if (isParameter) node.parameter = next;
    else node.statics.set(segment, next);
    node = next;
  }
  setOnce(node.here, method, template);
}

function setOnce(templates: Map<string, string>, method: string, template: string): void {
  if (!templates.has(method)) templates.set(method, template);
}

function descend(
  node: Node,
  segments: readonly string[],
  at: number,
  method: string | undefined,
): string | undefined {
  const segment = segments[at];
  if (segment === undefined) return pick(node.here, method);
  const literal = node.statics.get(segment);
  if (literal !== undefined) {
    const found = descend(literal, segments, at + 1, method);
    if (found !== undefined) return found;
  }
  if (node.parameter !== undefined && segment !== '') {
    const found = descend(node.parameter, segments, at + 1, method);
    if (found !== undefined) return found;
  }
  return pick(node.greedy, method);
}

function pick(templates: ReadonlyMap<string, string>, method: string | undefined): string | undefined {
  if (templates.size === 0) return undefined;
  // without a method in the line any of them tells the template
  if (method === undefined) return templates.values().next().value;
  return templates.get(method) ?? templates.get('ANY');
}

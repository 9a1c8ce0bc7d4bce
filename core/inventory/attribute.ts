import type { Bundle } from '../bundle.js';
import type { ApiCall, RouteSource } from '../calls/api-call.js';
import type { DeployedRoutes } from './deployed-routes.js';
import { type LearnedNode, type LearnedTemplates, toLearnedTree } from './learned-templates.js';
import { templatePath } from './path-template.js';
import { refineCatchAll } from './refine-catch-all.js';
import { showsRoute, UNMATCHED_ROUTE } from './route-evidence.js';
import { type RouteTrie, toRouteTrie } from './route-trie.js';

/** Tells calls their route template. */
export interface Attributor {
  /**
   * The call with `route` and `routeSource` set; the same object when nothing changes. The template comes from the
   * line, else from the deployed routes, else from the form of the path and what was learned; a catch-all route
   * (`{proxy+}`, `$default`) is refined by templating what it caught. A call that neither the line nor the deployed
   * routes place, and whose answer does not show a route (`showsRoute`) that is not known already either, counts under
   * `UNMATCHED_ROUTE`, of source `template`. A pure function of the call and the bundle.
   */
  attribute(call: ApiCall): ApiCall;
  /** What `attribute` sets. */
  routeOf(call: ApiCall): Attribution;
}

interface Known {
  readonly tree: LearnedNode | undefined;
  readonly routes: ReadonlySet<string>;
}

const NOTHING_KNOWN: Known = { tree: undefined, routes: new Set() };

/** Cheap to create: each stage's routes and each API's templates are compiled when their first call comes. */
export function createAttributor(bundle: Pick<Bundle, 'routes' | 'templates'>): Attributor {
  const known = perApi(bundle.templates);
  const tries = perStage(bundle.routes);

  const routeOf = (call: ApiCall): Attribution => {
    const { path, route, apiId } = call;
    if (route !== undefined) {
      if (path === undefined || !isCatchAll(route)) return { route, routeSource: call.routeSource ?? 'line' };
      const refined = refineCatchAll(route, path, known(apiId).tree);
      return refinedOr(
        { route, routeSource: call.routeSource ?? 'line' },
        refined,
        call,
        known(apiId).routes,
      );
    }
    if (path === undefined) return { route: UNMATCHED_ROUTE, routeSource: 'template' };
    const { tree, routes } = known(apiId);
    const deployed = tries(apiId, call.stage)?.match(call.method, path);
    if (deployed !== undefined) {
      if (!isCatchAll(deployed)) return { route: deployed, routeSource: 'deployed' };
      const refined = refineCatchAll(deployed, path, tree);
      return refinedOr({ route: deployed, routeSource: 'deployed' }, refined, call, routes);
    }
    const template = templatePath(path, tree);
    if (showsRoute(call) || routes.has(template)) return { route: template, routeSource: 'template' };
    return { route: UNMATCHED_ROUTE, routeSource: 'template' };
  };

  return {
    routeOf,
    attribute(call) {
      const { route, routeSource } = routeOf(call);
      return call.route === route && call.routeSource === routeSource
        ? call
        : { ...call, route, routeSource };
    },
  };
}

export interface Attribution {
  readonly route: string;
  readonly routeSource: RouteSource;
}

/**
 * The refined route where the call shows it, of source `template`; where it is only known, of the catch-all's own source: the
 * gateway did find a route for a call that the application behind it refused.
 */
function refinedOr(
  caught: Attribution,
  refined: string | undefined,
  call: ApiCall,
  routes: ReadonlySet<string>,
): Attribution {
  if (refined === undefined) return caught;
  if (showsRoute(call)) return { route: refined, routeSource: 'template' };
  return routes.has(refined) ? { route: refined, routeSource: caught.routeSource } : caught;
}

const isCatchAll = (route: string): boolean => route === '$default' || route.endsWith('+}');

function perApi(templates: Bundle['templates']): (apiId: string | undefined) => Known {
  const compiled = new Map<string, Known>();
  return (apiId) => {
    const id = apiId ?? '-';
    let known = compiled.get(id);
    if (known === undefined) {
      known = toKnown(Object.hasOwn(templates, id) ? templates[id] : undefined);
      // ids come from lines: only those that the bundle names are remembered
      if (known !== NOTHING_KNOWN) compiled.set(id, known);
    }
    return known;
  };
}

function toKnown(learned: LearnedTemplates | undefined): Known {
  if (learned === undefined) return NOTHING_KNOWN;
  return { tree: toLearnedTree(learned.positions), routes: new Set(learned.routes) };
}

function perStage(
  routes: Bundle['routes'],
): (apiId: string | undefined, stage: string | undefined) => RouteTrie | undefined {
  const compiled = new Map<DeployedRoutes, RouteTrie>();
  return (apiId, stage) => {
    if (apiId === undefined) return undefined;
    const key = `${apiId}/${stage ?? '$default'}`;
    const deployed = Object.hasOwn(routes, key) ? routes[key] : undefined;
    if (deployed === undefined) return undefined;
    let trie = compiled.get(deployed);
    if (trie === undefined) {
      trie = toRouteTrie(deployed);
      compiled.set(deployed, trie);
    }
    return trie;
  };
}

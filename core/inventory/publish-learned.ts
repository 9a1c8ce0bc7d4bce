import type { Bundle } from '../bundle.js';
import type { HourFold, InventoryStore } from '../ports/inventory-store.js';
import type { StateStore } from '../ports/state-store.js';
import type { CountedHour } from './count-hour.js';
import { parseEndpointLabel } from './endpoint-label.js';
import { deriveTemplates } from './learn-templates.js';
import type { LearnedTemplates } from './learned-templates.js';
import { raisedShards, type StageLoad } from './raise-shards.js';
import type { CountedRoute } from './route-tree.js';

/** Known routes in all of the bundle: about 800 KB. */
const BUNDLE_ROUTES_MAX = 20_000;

export interface PublishPorts {
  readonly state: Pick<StateStore, 'bundle' | 'publishBundle'>;
  /** What is in force until a bundle is published; without either there is nothing to put what was learned into. */
  readonly shipped: Bundle | undefined;
  /** Gives the content its version (`toVersionedBundle`). */
  readonly toBundle: (content: Omit<Bundle, 'version'>) => Bundle;
}

/** Routes by API id: those of the inventory and those just folded, without the ones that the gateway itself named. */
export async function observedRoutes(
  inventory: Pick<InventoryStore, 'endpoints'>,
  folded: readonly CountedHour[],
): Promise<ReadonlyMap<string, readonly CountedRoute[]>> {
  const byApi = new Map<string, { folds: HourFold[]; declared: Set<string>; templated: Set<string> }>();
  for (const { folds, sources } of folded) {
    for (const fold of folds) {
      const api = byApi.get(fold.apiId) ?? { folds: [], declared: new Set(), templated: new Set() };
      byApi.set(fold.apiId, api);
      api.folds.push(fold);
      for (const [label, isTemplated] of sources) (isTemplated ? api.templated : api.declared).add(label);
    }
  }
  const routes = new Map<string, readonly CountedRoute[]>();
  for (const [apiId, { folds, declared, templated }] of byApi) {
    // every route looked at was named by the gateway: there is nothing to learn
    if (templated.size === 0) continue;
    const owners = new Map(folds.map((fold) => [`${fold.accountId} ${fold.region}`, fold]));
    const counted: CountedRoute[] = [];
    for (const { accountId, region } of owners.values()) {
      const endpoints = await inventory.endpoints({ accountId, region, apiId, apiType: undefined });
      for (const { method, route } of endpoints) counted.push({ method, route, calls: 0 });
    }
    for (const { endpoints } of folds) {
      for (const [label, { statuses }] of Object.entries(endpoints)) {
        const calls = Object.values(statuses).reduce((total, count) => total + count, 0);
        counted.push({ ...parseEndpointLabel(label), calls });
      }
    }
    const isLearnable = ({ method, route }: CountedRoute): boolean => {
      const label = `${method} ${route}`;
      return templated.has(label) || !declared.has(label);
    };
    routes.set(apiId, counted.filter(isLearnable));
  }
  return routes;
}

/** What the hours of one run have shown. */
export interface Learned {
  /** By API id (`observedRoutes`). */
  readonly routes: ReadonlyMap<string, readonly CountedRoute[]>;
  readonly loads: readonly StageLoad[];
}

/** The version published, or `undefined` when nothing new was learned. Throws `Fault('bundle.oversized')`. */
export async function publishLearned(
  ports: PublishPorts,
  { routes, loads }: Learned,
): Promise<string | undefined> {
  if (routes.size === 0 && Object.keys(raisedShards({}, loads)).length === 0) return undefined;
  // another writer (a changed rule) may publish in between; what was learned is put on top of whatever is in force
  for (let attempt = 0; attempt < 3; attempt++) {
    const published = await ports.state.bundle();
    const current = published ?? ports.shipped;
    if (current === undefined) return undefined;
    const templates = withLearned(current.templates, routes);
    const shards = raisedShards(current.shards, loads);
    const before = [sorted(current.templates), raisedShards(current.shards, [])];
    if (JSON.stringify(before) === JSON.stringify([templates, shards])) return undefined;
    const next = ports.toBundle({ ...current, templates, shards });
    if (await ports.state.publishBundle(next, published?.version)) return next.version;
  }
  // the next run derives the same again
  return undefined;
}

function withLearned(
  templates: Bundle['templates'],
  routes: ReadonlyMap<string, readonly CountedRoute[]>,
): Bundle['templates'] {
  const next = new Map(Object.entries(templates));
  let room =
    BUNDLE_ROUTES_MAX - [...next.values()].reduce((total, learned) => total + learned.routes.length, 0);
  for (const [apiId, counted] of [...routes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const known = next.get(apiId);
    const derived = deriveTemplates(known, counted);
    const growth = derived.routes.length - (known?.routes.length ?? 0);
    const learned: LearnedTemplates = growth > room ? { ...derived, routes: known?.routes ?? [] } : derived;
    if (growth <= room) room -= growth;
    if (learned.positions.length > 0 || learned.routes.length > 0) next.set(apiId, learned);
  }
  return sorted(Object.fromEntries(next));
}

function sorted(templates: Bundle['templates']): Bundle['templates'] {
  return Object.fromEntries(Object.entries(templates).sort(([a], [b]) => (a < b ? -1 : 1)));
}

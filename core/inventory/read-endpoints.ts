import type { Bundle } from '../bundle.js';
import type { ApiSummary, Endpoint, HourFold, InventoryStore } from '../ports/inventory-store.js';
import type { StateStore } from '../ports/state-store.js';
import type { TrailStore } from '../ports/trail-store.js';
import { type CountPorts, countHour } from './count-hour.js';
import { toEndpoints } from './endpoint-view.js';
import { LEARN_CURSOR } from './learn.js';
import { toCurrentRoute, toLearnedTree } from './learned-templates.js';
import { ownerOf, type PendingHour, pendingHours, startOf } from './pending-hours.js';

export interface ViewPorts extends CountPorts {
  readonly trail: Pick<TrailStore, 'heads' | 'segment' | 'hours' | 'openMarkers'>;
  readonly inventory: Pick<InventoryStore, 'apis' | 'endpoints' | 'folds'>;
  readonly state: Pick<StateStore, 'bundle' | 'cursor'>;
}

export interface InventoryView {
  readonly apis: readonly ApiSummary[];
  /** Counts of the hours within the span; first seen is over all time. */
  endpoints(api: ApiSummary): Promise<readonly Endpoint[]>;
}

/**
 * The inventory as it stands at `nowMs`: folds, plus the hours that have arrived since the last fold, counted on read.
 * `fromMs` bounds the hours counted; where nothing was folded yet, arrivals of the last eight days are looked for, a query a
 * quarter-hour.
 */
export async function openInventoryView(
  ports: ViewPorts,
  span: { readonly fromMs: number; readonly nowMs: number },
): Promise<InventoryView> {
  const { fromMs, nowMs } = span;
  const [apis, cursor, bundle] = await Promise.all([
    ports.inventory.apis(),
    ports.state.cursor(LEARN_CURSOR),
    ports.state.bundle(),
  ]);
  const oldestMs = Math.max(fromMs, nowMs - LOOK_BACK_MS);
  const pending = await pendingHours(ports.trail, startOf(cursor, { oldestMs, nowMs }), nowMs);
  return {
    apis,
    async endpoints(api) {
      const sightings = await ports.inventory.endpoints(api);
      const hours: HourFold[] = [];
      for await (const fold of ports.inventory.folds(api, fromMs, nowMs)) hours.push(fold);
      // later in the list counts: what is counted now is at least as whole as what was folded
      hours.push(...(await unfolded(ports, { api, apis, pending, fromMs })));
      const tree = toLearnedTree(learnedOf(bundle, api.apiId));
      return toEndpoints({ api, sightings, hours, currentRoute: (route) => toCurrentRoute(route, tree) });
    },
  };
}

/** `learn` never looks further back. */
const LOOK_BACK_MS = 8 * 24 * 3_600_000;

interface Unfolded {
  readonly api: ApiSummary;
  readonly apis: readonly ApiSummary[];
  readonly pending: readonly PendingHour[];
  readonly fromMs: number;
}

async function unfolded(
  ports: CountPorts,
  { api, apis, pending, fromMs }: Unfolded,
): Promise<readonly HourFold[]> {
  const hours: HourFold[] = [];
  for (const { hour } of pending) {
    if (hour.apiId !== api.apiId || hour.hourMs < fromMs) continue;
    const { folds } = await countHour(ports, hour, ownerOf(apis, api.apiId));
    hours.push(...folds.filter((fold) => fold.accountId === api.accountId && fold.region === api.region));
  }
  return hours;
}

function learnedOf(bundle: Bundle | undefined, apiId: string) {
  return bundle !== undefined && Object.hasOwn(bundle.templates, apiId)
    ? (bundle.templates[apiId]?.positions ?? [])
    : [];
}

import type { ApiSummary, Endpoint, EndpointSighting, HourFold } from '../ports/inventory-store.js';
import { countedMethod, parseEndpointLabel } from './endpoint-label.js';

export interface EndpointViewInput {
  readonly api: ApiSummary;
  readonly sightings: readonly EndpointSighting[];
  /** Hours in any order; of two for the same stage and hour the later in the list counts. */
  readonly hours: readonly HourFold[];
  /**
   * The template that a route has by now: what was learned since it was first seen may have made one route of many.
   */
  readonly currentRoute: (route: string) => string;
}

interface Draft {
  sighting: EndpointSighting;
  lastSeenMs: number;
  calls: number;
  readonly statusClasses: Map<string, number>;
}

/**
 * The endpoints of one API as a reader wants them: where ingest first saw them, what the folds (and the hours not
 * folded yet) count. Does not depend on the order of its inputs but for hours given twice. Sorted by route, then
 * method. An endpoint that has counts but no sighting is listed too.
 */
export function toEndpoints(input: EndpointViewInput): readonly Endpoint[] {
  const drafts = new Map<string, Draft>();
  for (const seen of input.sightings) {
    const sighting = { ...seen, method: countedMethod(seen.method), route: input.currentRoute(seen.route) };
    const key = `${sighting.method} ${sighting.route}`;
    const draft = drafts.get(key);
    if (draft === undefined) {
      drafts.set(key, { sighting, lastSeenMs: seen.firstSeenMs, calls: 0, statusClasses: new Map() });
      continue;
    }
    if (isEarlier(sighting, draft.sighting)) draft.sighting = sighting;
    draft.lastSeenMs = Math.max(draft.lastSeenMs, seen.firstSeenMs);
  }
  for (const fold of latest(input.hours)) addFold(drafts, fold, input);
  return [...drafts.values()].map(toEndpoint).sort(byRoute);
}

function latest(hours: readonly HourFold[]): readonly HourFold[] {
  const whole = new Map(hours.map((fold) => [`${fold.hourMs} ${fold.stage}`, fold]));
  return [...whole.values()].sort((a, b) => a.hourMs - b.hourMs || (a.stage < b.stage ? -1 : 1));
}

function addFold(drafts: Map<string, Draft>, fold: HourFold, input: EndpointViewInput): void {
  for (const [label, counts] of Object.entries(fold.endpoints)) {
    const { method, route: then } = parseEndpointLabel(label);
    const route = input.currentRoute(then);
    const key = `${method} ${route}`;
    let draft = drafts.get(key);
    if (draft === undefined) {
      const sighting = {
        ...input.api,
        method,
        route,
        stage: fold.stage,
        host: undefined,
        firstSeenMs: counts.firstMs,
        principalKind: undefined,
      };
      draft = { sighting, lastSeenMs: counts.lastMs, calls: 0, statusClasses: new Map() };
      drafts.set(key, draft);
    }
    // the first event of a fold may be the start of its segment: only what lies wholly before the sighting is earlier
    if (counts.lastMs < draft.sighting.firstSeenMs) {
      draft.sighting = { ...draft.sighting, firstSeenMs: counts.firstMs };
    }
    draft.lastSeenMs = Math.max(draft.lastSeenMs, counts.lastMs);
    for (const [status, calls] of Object.entries(counts.statuses)) {
      const statusClass = /^[1-5]\d\d$/.test(status) ? `${status[0]}xx` : '-';
      draft.calls += calls;
      draft.statusClasses.set(statusClass, (draft.statusClasses.get(statusClass) ?? 0) + calls);
    }
  }
}

/** The same choice whatever the order of the sightings: the earliest, then by what is written. */
function isEarlier(a: EndpointSighting, b: EndpointSighting): boolean {
  if (a.firstSeenMs !== b.firstSeenMs) return a.firstSeenMs < b.firstSeenMs;
  return JSON.stringify(a) < JSON.stringify(b);
}

function toEndpoint({ sighting, lastSeenMs, calls, statusClasses }: Draft): Endpoint {
  const sorted = [...statusClasses].sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...sighting, lastSeenMs, calls, statusClasses: Object.fromEntries(sorted) };
}

function byRoute(a: Endpoint, b: Endpoint): number {
  if (a.route !== b.route) return a.route < b.route ? -1 : 1;
  return a.method < b.method ? -1 : a.method > b.method ? 1 : 0;
}

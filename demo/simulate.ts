import { AddressBook, type AddressRange } from './addresses.js';
import { buildApis, type SimulatedApi } from './apis.js';
import { gatewayId, uuid } from './ids.js';
import { Incident, type IncidentRecord } from './incidents.js';
import { Random } from './random.js';
import type { IssuedCall, SimulatedCall } from './simulated-call.js';
import { ALL_SOURCES } from './sources.js';
import { TimeQueue } from './time-queue.js';
import type { TrafficSource, World } from './world.js';

export interface SimulationOptions {
  readonly seed: number;
  /** Epoch milliseconds; a UTC midnight makes the daily rhythm start where a day does. */
  readonly startMs: number;
  readonly days: number;
  /** About how many calls the whole run has (±10 %); attacks do not scale with it. */
  readonly calls: number;
  /** Default `wide`. */
  readonly addresses?: AddressRange;
}

interface Outage {
  readonly api: SimulatedApi;
  readonly fromMs: number;
  readonly toMs: number;
  readonly incident: Incident;
}

/**
 * A run of the simulator. `calls` yields every call once, in order of time, and holds only what is under way in
 * memory. The same options give the same calls; iterate only once.
 */
export class Simulation {
  readonly apis: readonly SimulatedApi[];
  readonly #incidents: Incident[] = [];

  constructor(
    readonly options: SimulationOptions,
    private readonly sources: readonly TrafficSource[] = ALL_SOURCES,
  ) {
    this.apis = buildApis(options.seed);
  }

  get endMs(): number {
    return this.options.startMs + this.options.days * 86_400_000;
  }

  /** What happened so far; complete once `calls` has ended. */
  incidents(): readonly IncidentRecord[] {
    return this.#incidents
      .map((incident) => incident.record())
      .filter((record) => record !== undefined)
      .sort((a, b) => a.startMs - b.startMs || (a.id < b.id ? -1 : 1));
  }

  *calls(): Generator<IssuedCall, void, void> {
    const { seed } = this.options;
    const pending = new TimeQueue<SimulatedCall>();
    const outages: Outage[] = [];
    const world = this.#world(pending, outages);
    const sleeping = new TimeQueue<Generator<number, void, void>>();
    for (const source of this.sources)
      sleeping.push(world.startMs, source.run(world, new Random(seed, `source:${source.name}`)));
    const ids = new Random(seed, 'ids');
    const failures = new Random(seed, 'failures');

    while (sleeping.size > 0 || pending.size > 0) {
      while (pending.nextMs() < sleeping.nextMs() || (sleeping.size === 0 && pending.size > 0)) {
        const call = pending.pop();
        if (call === undefined || call.timeMs >= world.endMs) continue;
        const met = suffer(call, outages, failures, pending);
        met.incident?.see(met);
        yield issue(met, ids);
      }
      const source = sleeping.pop();
      const woken = source?.next();
      if (source !== undefined && woken?.done === false && woken.value < world.endMs)
        sleeping.push(woken.value, source);
    }
  }

  #world(pending: TimeQueue<SimulatedCall>, outages: Outage[]): World {
    const { seed, startMs, calls, addresses } = this.options;
    const apis = new Map(this.apis.map((api) => [api.name, api]));
    return {
      seed,
      startMs,
      endMs: this.endMs,
      calls,
      addresses: new AddressBook(addresses ?? 'wide', seed),
      apis: () => this.apis,
      api(name) {
        const api = apis.get(name);
        if (api === undefined) throw new RangeError(`no API ${name}`);
        return api;
      },
      incident: (kind, name, api) => {
        const number = this.#incidents.filter((known) => known.kind === kind && known.name === name).length;
        const incident = new Incident(kind, name, number + 1, api);
        this.#incidents.push(incident);
        return incident;
      },
      outage: (api, fromMs, toMs, incident) => outages.push({ api, fromMs, toMs, incident }),
      emit: (call) => pending.push(call.timeMs, call),
    };
  }
}

/** During an outage the call fails, and most clients try again a little later. */
function suffer(
  call: SimulatedCall,
  outages: readonly Outage[],
  random: Random,
  pending: TimeQueue<SimulatedCall>,
): SimulatedCall {
  const outage = outages.find(
    (one) => one.api === call.api && call.timeMs >= one.fromMs && call.timeMs < one.toMs,
  );
  // The gateway's own answers do not change when the integration is down.
  if (outage === undefined || call.errorType !== undefined) return call;
  if (random.chance(0.5)) {
    const timeMs = Math.round(call.timeMs + random.between(800, 6000));
    pending.push(timeMs, { ...call, timeMs });
  }
  return {
    ...call,
    status: 500,
    responseBytes: 36,
    latencyMs: 10 + random.int(0, 30),
    incident: call.incident ?? outage.incident,
  };
}

function issue(call: SimulatedCall, random: Random): IssuedCall {
  const extendedRequestId = gatewayId(call.timeMs, random, 'request');
  // Written out: a spread costs more than all the rest of issuing a call.
  return {
    api: call.api,
    timeMs: call.timeMs,
    route: call.route,
    method: call.method,
    path: call.path,
    status: call.status,
    client: call.client,
    latencyMs: call.latencyMs,
    responseBytes: call.responseBytes,
    errorType: call.errorType,
    eventType: call.eventType,
    connectionId: call.connectionId,
    incident: call.incident,
    extendedRequestId,
    // REST APIs print a UUID; the others print the extended id for both.
    requestId: call.api.type === 'rest' ? uuid(random) : extendedRequestId,
    trace: random.u32(),
  };
}

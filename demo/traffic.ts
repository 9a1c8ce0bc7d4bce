import type { FeedConfig } from '../core/bundle.js';
import type { DeployedRoutes } from '../core/inventory/deployed-routes.js';
import { REGION, type SimulatedApi } from './apis.js';
import { Deliveries, type Delivery, type DeliveryOptions } from './delivery.js';
import type { IncidentRecord } from './incidents.js';
import { type CallLabel, labelOf } from './labels.js';
import { Random } from './random.js';
import { ACCOUNT_ID, compileRenderer } from './render-line.js';
import { Simulation, type SimulationOptions } from './simulate.js';
import type { IssuedCall } from './simulated-call.js';
import type { TrafficSource } from './world.js';

export interface TrafficOptions extends SimulationOptions {
  /** Default: up to 15 minutes and 2,000 events, as a buffered stream is set up where time does not press. */
  readonly delivery?: DeliveryOptions;
  /** Default: all generators. */
  readonly sources?: readonly TrafficSource[];
}

/** One line as its log group receives it. */
export interface TrafficLine {
  readonly logGroup: string;
  readonly call: IssuedCall;
  readonly timestamp: number;
  readonly message: string;
}

/**
 * Simulated traffic as AWS would deliver it, with the configuration that a real deployment has of its feeds. Streams:
 * memory stays flat whatever the length. Same options, same bytes.
 */
export class Traffic {
  readonly #simulation: Simulation;
  #calls = 0;

  constructor(private readonly options: TrafficOptions) {
    this.#simulation = new Simulation(options, options.sources);
  }

  get apis(): readonly SimulatedApi[] {
    return this.#simulation.apis;
  }

  get endMs(): number {
    return this.#simulation.endMs;
  }

  /** Calls so far, repeated deliveries not counted. */
  get calls(): number {
    return this.#calls;
  }

  /** One feed per log group; a shared group leaves the API to the line, some groups leave the format to inference. */
  get feeds(): readonly FeedConfig[] {
    const feeds = new Map<string, FeedConfig>();
    for (const api of this.apis) {
      const shared = api.sharedGroup !== undefined;
      feeds.set(api.logGroup, {
        feed: api.logGroup,
        trust: 'gateway',
        format: api.formatKnown ? api.formatText : undefined,
        accountId: ACCOUNT_ID,
        region: REGION,
        apiId: shared ? undefined : api.apiId,
        stage: shared ? undefined : api.stage,
        apiType: api.type,
      });
    }
    return [...feeds.values()];
  }

  /** Deployed routes by `<apiId>/<stage>`, of the APIs whose control plane was read. */
  get routes(): Readonly<Record<string, DeployedRoutes>> {
    const known = this.apis.filter((api) => api.routesKnown);
    return Object.fromEntries(known.map((api) => [`${api.apiId}/${api.stage}`, { routes: deployed(api) }]));
  }

  /** What happened; complete once the lines or deliveries have been read to the end. */
  incidents(): readonly IncidentRecord[] {
    return this.#simulation.incidents();
  }

  /** Every line once, in order of time. Read either this or `deliveries`, once. */
  *lines(onLabel?: (label: CallLabel) => void): Generator<TrafficLine, void, void> {
    const renderers = new Map(this.apis.map((api) => [api, compileRenderer(api.formatText)]));
    for (const call of this.#simulation.calls()) {
      this.#calls += 1;
      onLabel?.(labelOf(call));
      const render = renderers.get(call.api);
      if (render === undefined) continue;
      // The gateway writes the line when the answer has gone out.
      const timestamp = call.timeMs + call.latencyMs;
      yield { logGroup: call.api.logGroup, call, timestamp, message: render(call) };
    }
  }

  /** The lines as subscription payloads, in order of delivery across log groups. */
  *deliveries(onLabel?: (label: CallLabel) => void): Generator<Delivery, void, void> {
    const options = this.options.delivery ?? { bufferMs: 900_000, maxEvents: 2000 };
    const deliveries = new Deliveries(options, new Random(this.options.seed, 'deliveries'));
    for (const feed of this.feeds) deliveries.control(feed.feed, this.options.startMs);
    for (const { logGroup, call, timestamp, message } of this.lines(onLabel))
      yield* deliveries.add(logGroup, call.timeMs, { timestamp, message });
    yield* deliveries.until(Number.POSITIVE_INFINITY);
  }
}

function deployed(api: SimulatedApi): DeployedRoutes['routes'] {
  const keys = new Map(
    api.routes.map((route) => [
      `${route.method} ${route.template}`,
      { method: route.method, template: route.template },
    ]),
  );
  return [...keys.values()];
}

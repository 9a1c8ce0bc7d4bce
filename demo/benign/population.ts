import { routeOf, type SimulatedApi } from '../apis.js';
import { iamUniqueId, stableUuid, tenCharacters } from '../ids.js';
import { at, hashText, mix, type Random } from '../random.js';
import { ACCOUNT_ID } from '../render-line.js';
import { loadAt, loadOver, type Rhythm } from '../rhythm.js';
import type { Client, Identity } from '../simulated-call.js';
import { browser, FIRMWARE_AGENTS, partner, phone, sdk } from '../user-agents.js';
import { makeCall, ordinaryOutcome, type TrafficSource, type World } from '../world.js';

/** One step of a session: a route, how often (least and most), and the median pause before each call. */
export type Step = readonly [route: string, least: number, most: number, pauseMs: number];

export interface Population {
  readonly name: string;
  readonly api: string;
  /** Distinct users at 200,000 calls; grows with the run. */
  readonly users: number;
  readonly client: 'browser' | 'phone' | 'service' | 'partner' | 'device';
  /** Part of the ordinary traffic that comes from here. */
  readonly share: number;
  readonly rhythm: Rhythm;
  readonly plans: readonly (readonly [weight: number, steps: readonly Step[]])[];
}

/** Ordinary traffic is about this part of a run; the rest are the look-alikes and the attacks. */
const ORDINARY_PART = 0.7;

/** Sessions of a population's users, arriving with the rhythm of the day. */
export function populationSource(population: Population): TrafficSource {
  return {
    name: `population:${population.name}`,
    *run(world, random) {
      const api = world.api(population.api);
      const users = Math.max(3, Math.round((population.users * world.calls) / 200_000));
      const sessions = (world.calls * ORDINARY_PART * population.share) / callsPerSession(population);
      const { mean, peak } = loadOver(population.rhythm, world.startMs, world.endMs);
      const gapMs = (((world.endMs - world.startMs) / sessions) * mean) / peak;
      for (let timeMs = world.startMs; ; ) {
        timeMs += random.exponential(gapMs);
        yield timeMs;
        // Thinning: of a steady stream at the peak's rate, keep what the hour's load allows.
        if (!random.chance(loadAt(population.rhythm, timeMs) / peak)) continue;
        session(world, population, api, random.int(0, users - 1), timeMs, random);
      }
    },
  };
}

function session(
  world: World,
  population: Population,
  api: SimulatedApi,
  user: number,
  startMs: number,
  random: Random,
): void {
  const client = clientOf(world, population, user);
  let timeMs = startMs;
  for (const [key, least, most, pauseMs] of random.weighted(population.plans)) {
    const route = routeOf(api, key);
    const times = random.int(least, most);
    for (let i = 0; i < times; i++) {
      const numbers = route.names.map((name) => objectFor(api, name, user, random));
      const outcome = ordinaryOutcome(api, route, random);
      world.emit(makeCall({ api, route, timeMs, client, numbers, ...outcome }, random));
      if (outcome.status >= 500 || outcome.status === 429 || outcome.status === 401) {
        // A client tries once more; after a 401 with the token it has just refreshed.
        timeMs += random.logNormal(900, 0.6);
        const again = { status: route.style === 'telemetry' ? 202 : 200 };
        world.emit(makeCall({ api, route, timeMs, client, numbers, ...again }, random));
      }
      timeMs += random.logNormal(pauseMs, 0.8);
    }
  }
}

/** A user comes back to a handful of their own objects; of shared ones the popular are wanted far more often. */
function objectFor(api: SimulatedApi, name: string, user: number, random: Random): number {
  const parameter = api.parameters[name];
  if (parameter === undefined) return 0;
  if (parameter.scope === 'own')
    return mix(mix(user, hashText(name)), Math.floor(random.float() ** 2 * 5)) % parameter.count;
  return Math.floor(random.float() ** 2.5 * parameter.count);
}

/** The same user always has the same address, agent and identity. */
function clientOf(world: World, population: Population, user: number): Client {
  const owner = mix(world.seed, hashText(population.name));
  const who = mix(owner, user);
  const { addresses } = world;
  switch (population.client) {
    case 'browser':
      return { ip: addresses.home(owner, user), userAgent: browser(who), identity: jwt(owner, user) };
    case 'phone':
      return {
        ip: who % 3 === 0 ? addresses.carrier(owner, user, 400) : addresses.home(owner, user),
        userAgent: phone(who),
        identity: jwt(owner, user),
      };
    case 'device':
      return {
        ip: addresses.home(owner, user),
        userAgent: at(FIRMWARE_AGENTS, who % FIRMWARE_AGENTS.length),
        identity: jwt(owner, user),
      };
    case 'partner':
      return {
        ip: addresses.v4('hosting', owner, user * 2 + (who % 2)),
        userAgent: partner(who),
        identity: { kind: 'api-key', apiKeyId: apiKeyOf(world, population.name, user) },
      };
    case 'service':
      return { ip: addresses.v4('hosting', owner, user), userAgent: sdk(who), identity: role(owner, user) };
  }
}

/** The key of a partner: what a thief of that key would use. */
export function apiKeyOf(world: World, population: string, user: number): string {
  return tenCharacters(mix(world.seed, hashText(`${population}:key`)), user);
}

export function jwt(owner: number, user: number): Identity {
  return { kind: 'jwt', sub: stableUuid(owner, user), scope: 'openid profile' };
}

const ROLES = [
  'order-sync',
  'ledger',
  'dunning',
  'reporting',
  'price-feed',
  'stock-sync',
  'crm-bridge',
  'exports',
];

export function role(owner: number, user: number, name?: string): Identity {
  const roleName = name ?? `${at(ROLES, user % ROLES.length)}${user < ROLES.length ? '' : user}`;
  const session = `${roleName}-function`;
  return {
    kind: 'iam',
    userArn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${roleName}/${session}`,
    caller: `${iamUniqueId('AROA', owner, user)}:${session}`,
  };
}

function callsPerSession(population: Population): number {
  let calls = 0;
  let weights = 0;
  for (const [weight, steps] of population.plans) {
    weights += weight;
    for (const [, least, most] of steps) calls += (weight * (least + most)) / 2;
  }
  return (calls / weights) * 1.01;
}

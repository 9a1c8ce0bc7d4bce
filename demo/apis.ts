import type { ApiType } from '../core/calls/api-call.js';
import type { ApiBlueprint, RouteStyle } from './api-blueprint.js';
import { BLUEPRINTS } from './api-blueprints.js';
import { FORMATS } from './formats.js';
import { stableHex, stableUlid, stableUuid, tenCharacters } from './ids.js';
import { hashText, mix } from './random.js';

export const REGION = 'eu-west-1';

export interface ApiRoute {
  readonly method: string;
  /** What the gateway has deployed, and prints. */
  readonly template: string;
  readonly routeKey: string;
  /** What the paths really look like: differs from the template under a catch-all. */
  readonly shape: string;
  readonly style: RouteStyle;
  readonly open: boolean;
  /** Parameter names of the shape, in order. */
  readonly names: readonly string[];
}

export interface SimulatedApi extends Omit<ApiBlueprint, 'routes' | 'format'> {
  readonly apiId: string;
  readonly deploymentId: string;
  readonly host: string;
  readonly customDomain: boolean;
  /** What `$context.path` puts before the client's path: `/prod`, or nothing. */
  readonly pathPrefix: string;
  readonly logGroup: string;
  readonly formatText: string;
  readonly routes: readonly ApiRoute[];
  readonly seed: number;
}

/** The simulated estate; ids differ with the seed, everything else stays. */
export function buildApis(seed: number): readonly SimulatedApi[] {
  return BLUEPRINTS.map((blueprint) => buildApi(blueprint, seed));
}

function buildApi(blueprint: ApiBlueprint, seed: number): SimulatedApi {
  const own = mix(seed, hashText(blueprint.name));
  const apiId = tenCharacters(own, 1);
  const { routes, format, ...rest } = blueprint;
  return {
    ...rest,
    apiId,
    deploymentId: tenCharacters(own, 2).slice(0, 6),
    host: blueprint.domain ?? `${apiId}.execute-api.${REGION}.amazonaws.com`,
    customDomain: blueprint.domain !== undefined,
    pathPrefix: blueprint.domain !== undefined || blueprint.stage === '$default' ? '' : `/${blueprint.stage}`,
    logGroup: `/aws/vendedlogs/apigateway/${blueprint.sharedGroup ?? blueprint.name}`,
    formatText: FORMATS[format],
    routes: routes.map((text) => parseRoute(text, blueprint.type)),
    seed: own,
  };
}

function parseRoute(text: string, type: ApiType): ApiRoute {
  const [declared = '', catchAll] = text.split(' = ');
  const [method = '', template = '', style = 'read', open] = declared.split(' ');
  const shape = catchAll ?? template;
  return {
    method,
    template,
    routeKey: type === 'websocket' ? template : `${method} ${template}`,
    shape,
    style: style as RouteStyle,
    open: open === 'open',
    names: [...shape.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''),
  };
}

/** The route of an API by method and shape; a wrong name is a mistake in the simulator. */
export function routeOf(api: SimulatedApi, key: string): ApiRoute {
  const found = api.routes.find((route) => `${route.method} ${route.shape}` === key || route.shape === key);
  if (found === undefined) throw new RangeError(`${api.name} has no route ${key}`);
  return found;
}

/** The concrete path of a route for the given object numbers, one for each parameter of the shape. */
export function pathOf(api: SimulatedApi, route: ApiRoute, numbers: readonly number[]): string {
  let path = route.shape;
  for (const [index, name] of route.names.entries())
    path = path.replace(`{${name}}`, objectId(api, name, numbers[index] ?? 0));
  return path;
}

const WORDS = [
  'red',
  'oak',
  'mini',
  'large',
  'blue',
  'steel',
  'linen',
  'fresh',
  'wild',
  'slow',
  'round',
  'plain',
];
const THINGS = [
  'shelf',
  'lamp',
  'kettle',
  'apron',
  'bowl',
  'jar',
  'knife',
  'board',
  'scale',
  'basket',
  'rack',
  'tin',
];
const FILES = ['invoice', 'manual', 'label', 'photo', 'contract', 'delivery-note'];
const ENDINGS = ['pdf', 'png', 'jpg', 'csv'];

/** The id of object number `n` behind a parameter, in the parameter's kind; the same for every caller. */
function objectId(api: SimulatedApi, name: string, n: number): string {
  const kind = api.parameters[name]?.kind ?? 'word';
  const h = mix(mix(api.seed, hashText(name)), n);
  switch (kind) {
    case 'integer':
      return String(104_200 + n);
    case 'uuid':
      return stableUuid(api.seed ^ hashText(name), n);
    case 'ulid':
      return stableUlid(api.seed ^ hashText(name), n, 1_700_000_000_000 + n * 61_000);
    case 'object-id':
      return stableHex(api.seed ^ hashText(name), n, 24);
    case 'slug':
      return `${WORDS[h % 12]}-${THINGS[(h >>> 8) % 12]}-${1000 + n}`;
    case 'file':
      return `${FILES[h % 6]}-${stableHex(h, n, 8)}.${ENDINGS[(h >>> 8) % 4]}`;
    case 'word':
      return WORDS[n % 12] ?? 'plain';
  }
}

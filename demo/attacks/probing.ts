import type { ApiRoute, SimulatedApi } from '../apis.js';
import { stableHex } from '../ids.js';
import { hashText } from '../random.js';
import { ANONYMOUS } from '../simulated-call.js';
import { browser, scanner } from '../user-agents.js';
import { makeCall, startWithin, type TrafficSource, unrouted } from '../world.js';

/** What scanners ask for first, everywhere on the internet. */
const WANTED = [
  '/.env',
  '/.env.production',
  '/.git/config',
  '/.git/HEAD',
  '/.aws/credentials',
  '/.svn/entries',
  '/.DS_Store',
  '/admin',
  '/admin/login',
  '/administrator',
  '/actuator',
  '/actuator/env',
  '/actuator/heapdump',
  '/api',
  '/api/docs',
  '/api/swagger.json',
  '/api/v1/users',
  '/backup.sql',
  '/backup.zip',
  '/cgi-bin/test.cgi',
  '/config.json',
  '/config.php.bak',
  '/console',
  '/debug',
  '/docs',
  '/dump.sql',
  '/graphql',
  '/id_rsa',
  '/info.php',
  '/jenkins/login',
  '/manager/html',
  '/metrics',
  '/openapi.json',
  '/owa/auth/logon.aspx',
  '/phpinfo.php',
  '/phpmyadmin/index.php',
  '/private',
  '/server-status',
  '/solr/admin/info/system',
  '/swagger-ui.html',
  '/swagger.json',
  '/test',
  '/v1/admin',
  '/v2/api-docs',
  '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php',
  '/web.config',
  '/wp-admin/',
  '/wp-login.php',
  '/xmlrpc.php',
];
const WORDS = [
  'users',
  'export',
  'internal',
  'backup',
  'old',
  'staging',
  'reports',
  'keys',
  'tokens',
  'payments',
  'debug',
  'config',
];
const SUFFIXES = ['', '', '/', '.json', '.bak', '.php', '~', '/1'];

const TARGETS = [
  'storefront',
  'mobile-bff',
  'catalog',
  'partner',
  'identity',
  'files',
  'legacy',
  'locations',
] as const;

/** A scanner under its own name, fast. */
export const loudProbing = probing('probing-scanner', 150, 1500, 3, 40, scanner);

/** The same list behind a browser's name, at a pace that a person could keep. */
export const quietProbing = probing('probing-quiet', 80, 600, 0.15, 2, browser);

function probing(
  name: string,
  fewest: number,
  most: number,
  slowest: number,
  fastest: number,
  agent: (who: number) => string,
): TrafficSource {
  return {
    name,
    *run(world, random) {
      const api = world.api(random.pick(TARGETS));
      const incident = world.incident('attack', name, api);
      const client = {
        ip: world.addresses.v4('rough', world.seed, hashText(name)),
        userAgent: agent(random.u32()),
        identity: ANONYMOUS,
      };
      const paths = Math.round(random.magnitude(fewest, most));
      const perSecond = random.magnitude(slowest, fastest);
      const offset = random.int(0, WANTED.length - 1);
      let timeMs = startWithin(world, (paths / perSecond) * 1000, random);
      for (let n = 0; n < paths; n++) {
        timeMs += random.exponential(1000 / perSecond);
        yield timeMs;
        const path =
          n < WANTED.length
            ? (WANTED[(n + offset) % WANTED.length] ?? '/')
            : random.chance(0.1)
              ? `/${stableHex(n, random.u32(), 12)}`
              : `/${random.pick(WORDS)}/${random.pick(WORDS)}${n % 97}${random.pick(SUFFIXES)}`;
        const method = random.chance(0.06) ? random.pick(['HEAD', 'POST', 'OPTIONS', 'PUT']) : 'GET';
        world.emit(
          makeCall({ api, timeMs, client, path, method, incident, ...answer(api, path, method) }, random),
        );
      }
    },
  };
}

/** A catch-all takes everything to the integration, which knows none of it; elsewhere the gateway refuses. */
function answer(
  api: SimulatedApi,
  path: string,
  method: string,
): { readonly route: ApiRoute | undefined; readonly status: number; readonly errorType?: string } {
  const catchAll = api.routes.find(
    (route) =>
      route.method === method &&
      route.template.endsWith('{proxy+}') &&
      path.startsWith(route.template.slice(0, -'{proxy+}'.length)),
  );
  if (catchAll !== undefined) return { route: catchAll, status: 404 };
  return { route: undefined, ...unrouted(api) };
}

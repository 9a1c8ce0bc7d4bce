import type { ApiCall } from '../../../core/calls/api-call.js';
import { sampleCall } from '../../unit/core/sigma/sample-call.js';
import { seeded } from './seeded.js';

export const ROUTES = [
  '/orders/{id}',
  '/orders',
  '/users/me',
  '/products/{id}',
  '/search',
  '/carts/{id}/items',
  '/login',
  '/reports/daily',
];
const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'okhttp/4.12.0',
  'python-requests/2.32.3',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.2 Safari/605.1.15',
];

/** Ordinary traffic with a hundredth of attacks. */
export function makeCalls(count: number): readonly ApiCall[] {
  const random = seeded(1);
  const pick = <T>(list: readonly T[], otherwise: T): T =>
    list[Math.floor(random() * list.length)] ?? otherwise;
  const base = sampleCall();
  return Array.from({ length: count }, (_, n) => {
    const route = pick(ROUTES, '/');
    const attack = random() < 0.01;
    return {
      ...base,
      id: `call-${n}`,
      method: pick(['GET', 'GET', 'GET', 'POST', 'PUT'], 'GET'),
      route,
      path: attack
        ? `/w${Math.floor(random() * 1_000)}rd/.git/config`
        : route.replace('{id}', String(Math.floor(random() * 100_000))),
      status: random() < 0.03 ? pick([401, 403, 404, 429, 500], 404) : 200,
      // A few thousand agents, as in real traffic; the remembered ones must not be all.
      userAgent: attack ? 'sqlmap/1.8' : `${pick(AGENTS, '')} build/${Math.floor(random() ** 3 * 3_000)}`,
      sourceIp: `198.51.${Math.floor(random() * 100)}.${Math.floor(random() * 250)}`,
      principal: `user-${Math.floor(random() * 5_000)}`,
      principalKind: 'subject',
    };
  });
}

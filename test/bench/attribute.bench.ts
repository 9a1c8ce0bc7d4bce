import { afterAll, bench, describe } from 'vitest';
import { createAttributor } from '../../core/inventory/attribute.js';
import { toLearnedTree } from '../../core/inventory/learned-templates.js';
import { templatePath } from '../../core/inventory/path-template.js';
import { toRouteTrie } from '../../core/inventory/route-trie.js';
import { testCall } from '../unit/core/inventory/test-call.js';

/** One thousand different paths a round: divide 1,000 by the mean to have the time of one. */
const WORDS = [
  '/api/v2/orders',
  '/users/me/settings',
  '/health',
  '/search/products',
  '/auth/forgot-password',
];
const MIXED = [
  '/api/v2/orders/48213/items/7',
  '/users/550e8400-e29b-41d4-a716-446655440000/orders',
  '/v1/customers/cus_9s6XKzkNRiz8i3',
  '/repos/octocat/hello-world/issues/1347',
  '/api/v2/orders',
  '/users/me',
  '/admin/api/2024-01/products/632910392.json',
  '/files/d41d8cd98f00b204e9800998ecf8427e',
];
const thousand = (paths: readonly string[]): readonly string[] =>
  Array.from({ length: 1000 }, (_, i) => paths[i % paths.length] ?? '/');

const words = thousand(WORDS);
const mixed = thousand(MIXED);
const routes = [
  '/api/v2/orders',
  '/api/v2/orders/{id}',
  '/api/v2/orders/{id}/items/{item}',
  '/users/{id}/orders',
  '/users/me',
  '/v1/customers/{id}',
  '/repos/{owner}/{repo}/issues/{number}',
  '/admin/{proxy+}',
  '/files/{hash}',
];
const trie = toRouteTrie({ routes: routes.map((template) => ({ method: 'GET', template })) });
const learned = toLearnedTree([
  { after: '/repos', name: '{name}', scope: 'all', keep: [], values: [] },
  { after: '/repos/{name}', name: '{name}', scope: 'all', keep: [], values: [] },
]);
const attributor = createAttributor({ routes: {}, templates: {} });
const calls = mixed.map((path, i) => testCall({ id: String(i), path }));

// read at the end, so that no work can be left out as unused
let sink = 0;
afterAll(() => {
  if (sink === 0) throw new Error('nothing was attributed');
});
describe('1,000 paths', () => {
  bench('templating, words only', () => {
    for (const path of words) sink += templatePath(path).length;
  });
  bench('templating, half of them with ids', () => {
    for (const path of mixed) sink += templatePath(path).length;
  });
  bench('templating, with learned positions', () => {
    for (const path of mixed) sink += templatePath(path, learned).length;
  });
  bench('deployed routes', () => {
    for (const path of mixed) sink += trie.match('GET', path)?.length ?? 0;
  });
  bench('attribute: calls in, calls out', () => {
    for (const call of calls) sink += attributor.attribute(call).route?.length ?? 0;
  });
});

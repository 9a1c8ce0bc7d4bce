import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveTemplates } from '../../../../core/inventory/learn-templates.js';
import {
  KNOWN_ROUTES_MAX,
  type LearnedTemplates,
  toLearnedTree,
} from '../../../../core/inventory/learned-templates.js';
import { templatePath } from '../../../../core/inventory/path-template.js';
import { WORDS_MAX } from '../../../../core/inventory/position-evidence.js';
import type { CountedRoute } from '../../../../core/inventory/route-tree.js';
import { API_FAMILIES } from './labelled-families.js';
import { scorePositions } from './templating-score.js';

const seen = (paths: readonly string[], method = 'GET', calls = 3): CountedRoute[] =>
  paths.map((path) => ({ method, route: templatePath(path), calls }));

const under = (learned: LearnedTemplates, path: string): string =>
  templatePath(path, toLearnedTree(learned.positions));

const names =
  'amber birch cedar dune ember fjord grove heron iris juniper kelp lotus maple nectar onyx pearl'.split(' ');

describe('deriveTemplates', () => {
  it('learns that what follows a collection and shares what stands below is a parameter', () => {
    const learned = deriveTemplates(undefined, seen(names.map((name) => `/shops/${name}/products`)));
    expect(under(learned, '/shops/never-seen/products')).toBe('/shops/{name}/products');
    expect(under(learned, '/shops')).toBe('/shops');
  });

  it('learns two parameters in a row', () => {
    const routes = names.flatMap((owner, i) => [
      `/repos/${owner}/${names[(i * 7) % 16]}-app/issues`,
      `/repos/${owner}/${names[(i * 5) % 16]}-lib/issues/${i}`,
      `/repos/${owner}/${names[(i * 3) % 16]}-web/pulls`,
    ]);
    const learned = deriveTemplates(undefined, seen(routes));
    expect(under(learned, '/repos/octocat/hello-world/issues/1347')).toBe('/repos/{name}/{name}/issues/{id}');
  });

  it('takes many words with hardly a call each for values', () => {
    const words = Array.from({ length: 40 }, (_, i) => `${names[i % 16]}${names[i >> 4]}`);
    const learned = deriveTemplates(
      undefined,
      seen(
        [...new Set(words)].map((word) => `/lookup-page/${word}`),
        'GET',
        1,
      ),
    );
    expect(under(learned, '/lookup-page/never')).toBe('/lookup-page/{name}');
  });

  it('keeps reserved words where it has learned a parameter', () => {
    const learned = deriveTemplates(
      undefined,
      seen([...names.map((n) => `/users/${n}/posts`), '/users/me/posts']),
    );
    expect(under(learned, '/users/me/posts')).toBe('/users/me/posts');
    expect(under(learned, '/users/amber/posts')).toBe('/users/{name}/posts');
  });

  it('does not take resources side by side for values', () => {
    const resources =
      'users orders invoices products shipments payments customers warehouses suppliers returns coupons reviews'.split(
        ' ',
      );
    const routes = resources.flatMap((r) => [
      `/api/${r}`,
      `/api/${r}/1`,
      `/api/${r}/1/comments`,
      `/api/${r}/export`,
    ]);
    expect(deriveTemplates(undefined, seen(routes, 'GET', 500)).positions).toEqual([]);
  });

  it('does not take the methods of an RPC style API for values', () => {
    const routes = names.flatMap((name) => [`/rpc/get_${name}`, `/rpc/list_${name}`, `/rpc/make_${name}`]);
    expect(deriveTemplates(undefined, seen(routes, 'POST', 400)).positions).toEqual([]);
  });

  it('makes one parameter of several typed forms at one position', () => {
    const learned = deriveTemplates(
      undefined,
      seen(['/users/1', '/users/550e8400-e29b-41d4-a716-446655440000', '/users/list']),
    );
    expect(under(learned, '/users/7')).toBe('/users/{id}');
    expect(under(learned, '/users/a%40example.com')).toBe('/users/{id}');
    expect(under(learned, '/users/list')).toBe('/users/list');
  });

  it('leaves positions alone where the gateway names the parameter', () => {
    const routes = [
      ...names.map((name) => ({ method: 'GET', route: `/shops/${name}/x`, calls: 1 })),
      { method: 'GET', route: '/shops/{shopId}', calls: 1 },
    ];
    expect(deriveTemplates(undefined, routes).positions).toEqual([]);
  });

  it('bounds what an API that answers 200 to everything can grow to', () => {
    const sprayed = Array.from(
      { length: 3000 },
      (_, i) => `/${names[i % 16]}${'abcdefghijklmnop'[(i >> 4) % 16]}${'qrstuvwxyzklmnop'[(i >> 8) % 16]}x`,
    );
    const learned = deriveTemplates(undefined, seen([...new Set(sprayed)], 'GET', 1));
    const templates = new Set(sprayed.map((path) => under(learned, path)));
    expect(templates.size).toBeLessThanOrEqual(WORDS_MAX);
    expect(learned.routes.length).toBeLessThanOrEqual(KNOWN_ROUTES_MAX);
  });

  it('knows the routes that calls have shown, for refused calls to count under', () => {
    const learned = deriveTemplates(undefined, seen(['/login', '/orders/1']));
    expect(learned.routes).toEqual(['/login', '/orders/{id}']);
  });

  const anyRoute = fc
    .array(
      fc.constantFrom(...names, 'users', 'repos', 'me', '1', '{id}', '{name}', 'a@b.co', 'issues', 'v1'),
      { minLength: 1, maxLength: 4 },
    )
    .map((segments) => `/${segments.join('/')}`);
  const anyRoutes = fc.array(
    fc.record({
      method: fc.constantFrom('GET', 'POST'),
      route: anyRoute.map((r) => templatePath(r)),
      calls: fc.nat(50),
    }),
    { maxLength: 120 },
  );

  it('gives the same whatever the order of the routes', () => {
    fc.assert(
      fc.property(anyRoutes, (routes) => {
        expect(deriveTemplates(undefined, [...routes].reverse())).toEqual(deriveTemplates(undefined, routes));
      }),
    );
  });

  it('is settled: deriving again from the same routes changes nothing', () => {
    fc.assert(
      fc.property(anyRoutes, (routes) => {
        const once = deriveTemplates(undefined, routes);
        expect(deriveTemplates(once, routes)).toEqual(once);
      }),
      { numRuns: 300 },
    );
  });

  it('stays stable with what it learned: a template is its own template', () => {
    fc.assert(
      fc.property(anyRoutes, anyRoute, (routes, path) => {
        const learned = deriveTemplates(undefined, routes);
        const template = under(learned, path);
        expect(under(learned, template)).toBe(template);
      }),
    );
  });

  it('tells at least 95 % of parameters on labelled APIs once it has seen their traffic, at 95 % precision', () => {
    expect(API_FAMILIES.length).toBeGreaterThanOrEqual(6);
    const labelled = API_FAMILIES.flatMap((family) => family.calls);
    const wrong: string[] = [];
    let right = 0;
    let claimed = 0;
    let expected = 0;
    for (const { calls } of API_FAMILIES) {
      const learned = deriveTemplates(
        undefined,
        calls.map(({ path, method }) => ({ method, route: templatePath(path), calls: 2 })),
      );
      const score = scorePositions(calls, (path) => under(learned, path));
      right += score.right;
      claimed += score.claimed;
      expected += score.expected;
      wrong.push(...score.wrong);
    }
    expect(labelled.length).toBeGreaterThan(300);
    expect(right / claimed, wrong.slice(0, 40).join('\n')).toBeGreaterThanOrEqual(0.95);
    expect(right / expected, wrong.slice(0, 40).join('\n')).toBeGreaterThanOrEqual(0.95);
  });
});

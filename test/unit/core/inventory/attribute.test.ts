import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bundle } from '../../../../core/bundle.js';
import { createAttributor } from '../../../../core/inventory/attribute.js';
import { UNMATCHED_ROUTE } from '../../../../core/inventory/route-evidence.js';
import { testCall } from './test-call.js';

type Known = Pick<Bundle, 'routes' | 'templates'>;
const NOTHING: Known = { routes: {}, templates: {} };

const deployed = (...routes: readonly string[]): Known => ({
  templates: {},
  routes: {
    'a1b2c3d4e5/prod': {
      routes: routes.map((route) => {
        const [method = 'ANY', template = '$default'] = route.split(' ');
        return route === '$default' ? { method: 'ANY', template: '$default' } : { method, template };
      }),
    },
  },
});

const routeOf = (known: Known, fields: Parameters<typeof testCall>[0]) => {
  const { route, routeSource } = createAttributor(known).attribute(testCall(fields));
  return [route, routeSource];
};

describe('attribute', () => {
  it('takes the route from the line, whatever the path looks like', () => {
    const call = testCall({ route: '/pets/{petId}', routeSource: 'line', path: '/pets/3', status: 404 });
    expect(createAttributor(deployed('GET /pets')).attribute(call)).toBe(call);
  });

  it('keeps the route keys of WebSocket APIs', () => {
    const call = { route: '$connect', routeSource: 'line', method: undefined, apiType: 'websocket' } as const;
    expect(routeOf(NOTHING, call)).toEqual(['$connect', 'line']);
  });

  it.each([
    [{ route: '/{proxy+}', path: '/users/42' }, ['/users/{id}', 'template']],
    [
      { route: '/shops/{shopId}/{proxy+}', path: '/shops/7/orders/12' },
      ['/shops/{shopId}/orders/{id}', 'template'],
    ],
    [{ route: '$default', path: '/users/42' }, ['/users/{id}', 'template']],
    [{ route: '/api/{proxy+}', path: '/base/api/users/42' }, ['/api/users/{id}', 'template']],
    [{ route: '/api/{proxy+}', path: '/elsewhere/users/42' }, ['/api/{proxy+}', 'line']],
    [{ route: '/{proxy+}', path: '/wp-login.php', status: 404 }, ['/{proxy+}', 'line']],
    [{ route: '/{proxy+}', path: undefined }, ['/{proxy+}', 'line']],
  ] as const)('refines what a catch-all route of the line caught: %o', (fields, expected) => {
    expect(routeOf(NOTHING, { ...fields, routeSource: 'line' })).toEqual(expected);
  });

  it.each([
    ['GET', '/pets/mine', '/pets/mine'],
    ['GET', '/pets/42', '/pets/{petId}'],
    ['GET', '/pets/mine/photos', '/pets/{petId}/photos'],
    ['GET', '/pets/', '/pets'],
    ['POST', '/pets/42', '/pets/{petId}'],
    ['GET', '/models/7:predict', '/models/{id}'],
    ['GET', '/jobs:run', '/jobs:run'],
  ])('matches %s %s to the deployed route %s', (method, path, route) => {
    const known = deployed(
      'GET /pets',
      'GET /pets/mine',
      'ANY /pets/{petId}',
      'GET /pets/{petId}/photos',
      'GET /models/{id}',
      'GET /jobs:run',
    );
    expect(routeOf(known, { method, path, status: 404 })).toEqual([route, 'deployed']);
  });

  it('prefers static to parameter to greedy, and $default last', () => {
    const known = deployed('GET /a/b', 'GET /a/{x}', 'ANY /a/{proxy+}', '$default');
    const refused = { status: 403 };
    expect(routeOf(known, { path: '/a/b', ...refused })[0]).toBe('/a/b');
    expect(routeOf(known, { path: '/a/c', ...refused })[0]).toBe('/a/{x}');
    expect(routeOf(known, { path: '/a/c/d', ...refused })[0]).toBe('/a/{proxy+}');
    expect(routeOf(known, { method: 'POST', path: '/a/b', ...refused })[0]).toBe('/a/{proxy+}');
    expect(routeOf(known, { path: '/z', ...refused })[0]).toBe('$default');
  });

  it('refines what a deployed catch-all route caught', () => {
    expect(routeOf(deployed('ANY /shops/{shopId}/{proxy+}'), { path: '/shops/7/orders/12' })).toEqual([
      '/shops/{shopId}/orders/{id}',
      'template',
    ]);
  });

  it('templates the path where neither the line nor the deployed routes tell', () => {
    expect(routeOf(NOTHING, { path: '/users/42' })).toEqual(['/users/{id}', 'template']);
    expect(routeOf(deployed('GET /pets'), { path: '/users/42' })).toEqual(['/users/{id}', 'template']);
  });

  it.each([400, 401, 403, 404, 405, 429])('counts what a %i says nothing about under one route', (status) => {
    expect(routeOf(NOTHING, { path: '/never/seen', status })).toEqual([UNMATCHED_ROUTE, 'template']);
  });

  it.each([200, 201, 302, 304, 409, 422, 500, 504, undefined])(
    'takes a %s for a sign that the route exists',
    (status) => {
      expect(routeOf(NOTHING, { path: '/some/where', status })).toEqual(['/some/where', 'template']);
    },
  );

  it('does not take the answer to a preflight for a sign', () => {
    expect(routeOf(NOTHING, { method: 'OPTIONS', path: '/never/seen', status: 204 })[0]).toBe(
      UNMATCHED_ROUTE,
    );
  });

  it('counts refused calls under a route that is known to exist', () => {
    const known: Known = {
      routes: {},
      templates: { a1b2c3d4e5: { positions: [], routes: ['/orders/{id}'] } },
    };
    expect(routeOf(known, { path: '/orders/7', status: 404 })).toEqual(['/orders/{id}', 'template']);
    expect(routeOf(known, { path: '/orders/7', status: 404, apiId: 'other' })[0]).toBe(UNMATCHED_ROUTE);
  });

  it('leaves a refused call of a known route to the catch-all that the gateway found for it', () => {
    const known: Known = {
      routes: {},
      templates: { a1b2c3d4e5: { positions: [], routes: ['/orders/{id}'] } },
    };
    const caught = { route: '$default', routeSource: 'line', path: '/orders/7', status: 404 } as const;
    expect(routeOf(known, caught)).toEqual(['/orders/{id}', 'line']);
    expect(routeOf(NOTHING, caught)).toEqual(['$default', 'line']);
  });

  it('uses what was learned of the API', () => {
    const positions = [
      { after: '/shops', name: '{name}', scope: 'all', keep: ['flagship'], values: [] },
    ] as const;
    const known: Known = { routes: {}, templates: { a1b2c3d4e5: { positions, routes: [] } } };
    expect(routeOf(known, { path: '/shops/red-shoe' })[0]).toBe('/shops/{name}');
    expect(routeOf(known, { path: '/shops/flagship' })[0]).toBe('/shops/flagship');
    expect(routeOf(known, { path: '/shops/search' })[0]).toBe('/shops/search');
  });

  it('bounds the routes of a scanner that sprays a million paths', () => {
    const attributor = createAttributor(NOTHING);
    const routes = new Set<string | undefined>();
    for (let i = 0; i < 20_000; i++) {
      routes.add(
        attributor.attribute(testCall({ path: `/x${i.toString(36)}/y${i * 7}`, status: 404 })).route,
      );
    }
    expect([...routes]).toEqual([UNMATCHED_ROUTE]);
  });

  it.each(['__proto__', 'constructor', 'toString'])(
    'does not mistake the API id %s for a key of the bundle',
    (apiId) => {
      expect(routeOf(NOTHING, { apiId, path: '/users/42' })[0]).toBe('/users/{id}');
    },
  );

  it('gives the same call the same route whatever came before: a retry never attributes differently', () => {
    const known = deployed('GET /pets/{petId}', 'ANY /files/{proxy+}', '$default');
    const call = fc.record({
      path: fc.option(fc.oneof(fc.webPath(), fc.constantFrom('/pets/1', '/files/a/1', '/x')), {
        nil: undefined,
      }),
      status: fc.option(fc.integer({ min: 100, max: 599 }), { nil: undefined }),
      route: fc.constantFrom(undefined, '/{proxy+}', '/pets/{petId}', '$default'),
      method: fc.constantFrom('GET', 'POST', undefined, 'OPTIONS'),
    });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 8 }), (calls) => {
        const shared = createAttributor(known);
        for (const fields of calls) {
          const once = shared.attribute(testCall(fields));
          expect(createAttributor(known).attribute(testCall(fields))).toEqual(once);
          expect(shared.attribute(testCall(fields))).toEqual(once);
        }
      }),
    );
  });
});

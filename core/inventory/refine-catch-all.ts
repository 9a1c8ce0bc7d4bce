import type { LearnedNode } from './learned-templates.js';
import { templatePath } from './path-template.js';
import { pathSegments } from './route-trie.js';

/**
 * What a catch-all route caught, as a template: `/shops/{shopId}/{proxy+}` and `/shops/7/orders/12` give
 * `/shops/{shopId}/orders/{id}`; the names that the route gives stay. `undefined` when the path does not lie
 * under the route even after a base path that was not removed.
 */
export function refineCatchAll(
  route: string,
  path: string,
  learned: LearnedNode | undefined,
): string | undefined {
  if (!route.startsWith('/')) return templatePath(path, learned);
  const prefix = pathSegments(route).slice(0, -1);
  if (prefix.length === 0) return templatePath(path, learned);
  const segments = pathSegments(path);
  const start = startOf(prefix, segments);
  return start === undefined
    ? undefined
    : templatePath(`/${[...prefix, ...segments.slice(start + prefix.length)].join('/')}`, learned);
}

/** Where the prefix begins in the path: 0, or after a base path of one or two segments. */
function startOf(prefix: readonly string[], segments: readonly string[]): number | undefined {
  for (let start = 0; start <= 2; start++) {
    const fits = prefix.every((part, i) => {
      const segment = segments[start + i];
      return segment !== undefined && (part === segment || part.startsWith('{'));
    });
    if (fits) return start;
  }
  return undefined;
}

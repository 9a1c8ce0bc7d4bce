import { isReservedWord } from './known-words.js';

/**
 * What only distinctness over time could tell of one API's paths; written by `deriveTemplates` once an hour, read by
 * `createAttributor`. Entries are only ever added, so a path's template changes at most once per position.
 */
export interface LearnedTemplates {
  /** Sorted by `after`; a prefix comes before what it is a prefix of. */
  readonly positions: readonly LearnedPosition[];
  /**
   * Templates that calls have shown to exist: a refused or failing call (401, 404, …) counts under its template only
   * when that is listed here. At most `KNOWN_ROUTES_MAX`, sorted.
   */
  readonly routes: readonly string[];
}

/** After the template segments `after`, the next segment is the parameter `name`. */
export interface LearnedPosition {
  /** Such as `/repos/{name}`; the empty text is the start of the path. */
  readonly after: string;
  /** Such as `{name}`. */
  readonly name: string;
  /**
   * `all`: every segment here is the parameter, except reserved words and `keep`; `typed`: several typed forms were
   * seen here (`{id}` and `{uuid}`) and become one, words stay words.
   */
  readonly scope: 'all' | 'typed';
  /** Words at this position that proved to be routes of their own; sorted. */
  readonly keep: readonly string[];
  /** Reserved words that proved to be values here (the namespace `default`); sorted. */
  readonly values: readonly string[];
}

/** Most known routes kept for one API: 500 of about 40 bytes are 20 KB of the bundle. */
export const KNOWN_ROUTES_MAX = 500;

/** One step of the learned positions, as a walk over a path reads them. */
export interface LearnedNode {
  readonly position: LearnedPosition | undefined;
  readonly keep: ReadonlySet<string>;
  readonly values: ReadonlySet<string>;
  readonly next: ReadonlyMap<string, LearnedNode>;
}

interface OpenNode {
  position: LearnedPosition | undefined;
  keep: ReadonlySet<string>;
  values: ReadonlySet<string>;
  readonly next: Map<string, OpenNode>;
}

const NO_WORDS: ReadonlySet<string> = new Set();
const newNode = (): OpenNode => ({ position: undefined, keep: NO_WORDS, values: NO_WORDS, next: new Map() });

/** The positions as a tree over template segments; `undefined` when there are none. */
export function toLearnedTree(positions: readonly LearnedPosition[]): LearnedNode | undefined {
  if (positions.length === 0) return undefined;
  const root = newNode();
  for (const position of positions) {
    let node = root;
    for (const segment of position.after.split('/')) {
      if (segment === '') continue;
      const known = node.next.get(segment);
      const next = known ?? newNode();
      if (known === undefined) node.next.set(segment, next);
      node = next;
    }
    node.position = position;
    node.keep = new Set(position.keep);
    node.values = new Set(position.values);
  }
  return root;
}

/** What a template segment is at a learned position. */
export function learnedTemplate(template: string, node: LearnedNode): string {
  const position = node.position;
  if (position === undefined) return template;
  if (isParameter(template)) return position.name;
  const isWord =
    position.scope === 'typed' ||
    // a parameter with a suffix is another route: `{id}.json`, `{id}:cancel`
    template.startsWith('{') ||
    (isReservedWord(template) && !node.values.has(template)) ||
    node.keep.has(template);
  return isWord ? template : position.name;
}

/** One whole segment that is a parameter; the greedy `{proxy+}` is none. */
export function isParameter(template: string): boolean {
  return template.startsWith('{') && template.endsWith('}') && !template.endsWith('+}');
}

/**
 * The template that a route has under what was learned since: words at learned positions become parameters, nothing
 * else changes. Routes without a slash (`$default`, WebSocket keys, `(unmatched)`) stay.
 */
export function toCurrentRoute(route: string, tree: LearnedNode | undefined): string {
  if (tree === undefined || !route.startsWith('/')) return route;
  let node: LearnedNode | undefined = tree;
  let out = '';
  for (const segment of route.slice(1).split('/')) {
    const template: string = node === undefined ? segment : learnedTemplate(segment, node);
    node = node?.next.get(template);
    out += `/${template}`;
  }
  return out;
}

import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { NESTING_MAX } from './nesting.js';
import type { ProblemReporter } from './rule-problem.js';

/** A few kilobytes of aliases can stand for gigabytes; rules in circulation have some hundred nodes. */
const NODES_MAX = 50_000;

/** What the text itself is held to before it is parsed: aliases must not nest values deeper either. */
const DEPTH_MAX = NESTING_MAX;

/** A node with all that stands in it: how many nodes, how deep. */
interface Sized {
  readonly node: Node;
  readonly size: number;
  readonly depth: number;
}

/**
 * Puts in the place of every alias of a document what its anchor names, and merges `<<`; problems stand where the anchor
 * does. False when something was reported: the document is then not to be read.
 */
export function resolveAliases(document: Document.Parsed, reporter: ProblemReporter): boolean {
  const before = reporter.problems.length;
  new AliasResolver(reporter).resolve(document.contents);
  return reporter.problems.length === before;
}

class AliasResolver {
  /** Anchors that stand before the place being read; `undefined` while their own inside is read. */
  readonly #anchors = new Map<string, Sized | undefined>();
  /** Nodes that the aliases read so far stand for. */
  #aliasedNodes = 0;
  #isTold = false;

  constructor(private readonly reporter: ProblemReporter) {}

  /** The node to stand in this place, and how many nodes it stands for. */
  resolve(node: Node | null): Sized | undefined {
    if (node === null) return undefined;
    if (isAlias(node)) return this.#aliased(node.source, node);
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, undefined);
    const inside = this.#inside(node);
    const sized = { node, size: 1 + inside.size, depth: 1 + inside.depth };
    if (anchor !== undefined) this.#anchors.set(anchor, sized);
    return sized;
  }

  #inside(node: Node): Pick<Sized, 'size' | 'depth'> {
    let [size, depth] = [0, 0];
    const into = (child: unknown): Node | undefined => {
      const sized = this.resolve(isNodeLike(child) ? child : null);
      size += sized?.size ?? 0;
      depth = Math.max(depth, sized?.depth ?? 0);
      return sized?.node;
    };
    if (isSeq(node)) node.items = node.items.map((item) => into(item) ?? item);
    else if (isMap(node)) {
      for (const pair of node.items) pair.value = into(pair.value) ?? pair.value;
      this.#merge(node);
    }
    return { size, depth };
  }

  #aliased(name: string, place: Node): Sized | undefined {
    const sized = this.#anchors.get(name);
    this.#aliasedNodes += sized?.size ?? 0;
    const what = !this.#anchors.has(name)
      ? `the alias '*${name}' has no anchor before it`
      : sized === undefined
        ? `the alias '*${name}' stands inside its own anchor`
        : this.#aliasedNodes > NODES_MAX
          ? `the aliases stand for more than ${NODES_MAX} values`
          : sized.depth > DEPTH_MAX
            ? `the aliases nest values deeper than ${DEPTH_MAX} levels`
            : undefined;
    if (what === undefined) return sized;
    // Told once: of many aliases each would say the same again.
    if (this.#isTold) return undefined;
    this.#isTold = this.#aliasedNodes > NODES_MAX || (sized?.depth ?? 0) > DEPTH_MAX;
    return this.reporter.report(place, {
      what,
      seen: `*${name}`,
      expected: this.#anchors.has(name)
        ? 'write the value out'
        : 'put text that begins with * in quotes, or write the anchor first',
    });
  }

  /** `<<` adds the entries of other maps that a map does not have itself; of several, those of the first. */
  #merge(map: YAMLMap): void {
    const at = map.items.findIndex(({ key }) => isScalar(key) && key.value === '<<');
    const merged = map.items[at]?.value;
    if (!isMap(merged) && !isSeq(merged)) return;
    const sources = isMap(merged) ? [merged] : merged.items;
    const items: Pair[] = map.items.filter((_, position) => position !== at);
    const own = new Set(items.map(({ key }) => String(key)));
    for (const source of sources) {
      if (!isMap(source)) {
        this.reporter.report(merged, {
          what: "'<<' merges something that is not a map",
          expected: 'name anchors of maps',
        });
        return;
      }
      for (const pair of source.items)
        if (!own.has(String(pair.key))) {
          own.add(String(pair.key));
          items.push(pair);
        }
    }
    map.items = items;
  }
}

function isNodeLike(value: unknown): value is Node {
  return isAlias(value) || isScalar(value) || isMap(value) || isSeq(value);
}

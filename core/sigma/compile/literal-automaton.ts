/**
 * Aho-Corasick automaton over lower-case ASCII literals, as a full transition table in a typed array: one table look-up a
 * character whatever the number of literals. Each literal carries a number; `outputs` names those that end in a state.
 */
export class LiteralAutomaton {
  /** Character code (0–127) → class; 0 stands for all characters that no literal has, upper case for its lower case. */
  private readonly classOf = new Uint8Array(128);
  private readonly classes: number;
  /**
   * Row × class → twice the row, and 1 more where literals end; rows are state × classes, so that neither a multiplication
   * nor a division is left in the loop.
   */
  private readonly next: Int32Array;
  /** State → where its outputs begin in `outputs`, or -1. */
  private readonly outputStart: Int32Array;
  /** Runs of literal numbers, each ended by -1. */
  private readonly outputs: Int32Array;

  constructor(literals: readonly string[]) {
    this.classes = this.numberClasses(literals);
    const trie = this.buildTrie(literals);
    const { next, fails, order } = this.closeTransitions(trie);
    const { start, outputs } = collectOutputs(trie.endings, fails, order);
    this.outputStart = start;
    this.outputs = outputs;
    this.next = next.map((row) => row * 2 + ((start[row / this.classes] ?? -1) < 0 ? 0 : 1));
  }

  /** Calls `found` with the number of each literal that the text holds, once for every place it ends at. */
  scan(text: string, found: (literal: number) => void): void {
    if (this.scanAscii(text, found)) return;
    // Only here may letters outside ASCII fold into ASCII ones (the Kelvin sign to k): fold as predicates do, and look again.
    this.scanAscii(text.toLowerCase(), found, true);
  }

  /** False as soon as a character outside ASCII shows; what was found until then stands. */
  private scanAscii(text: string, found: (literal: number) => void, folded = false): boolean {
    const { classOf, classes, next, outputStart, outputs } = this;
    let row = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code > 127) {
        if (!folded) return false;
        row = 0;
        continue;
      }
      const marked = next[row + (classOf[code] ?? 0)] ?? 0;
      row = marked >> 1;
      if ((marked & 1) === 0) continue;
      let output = outputStart[row / classes] ?? -1;
      for (let literal = outputs[output] ?? -1; literal >= 0; literal = outputs[output] ?? -1) {
        found(literal);
        output += 1;
      }
    }
    return true;
  }

  private numberClasses(literals: readonly string[]): number {
    let count = 1;
    for (const literal of literals)
      for (let at = 0; at < literal.length; at += 1) {
        const code = literal.charCodeAt(at);
        if (this.classOf[code] !== 0) continue;
        this.classOf[code] = count;
        if (code >= 97 && code <= 122) this.classOf[code - 32] = count;
        count += 1;
      }
    return count;
  }

  private buildTrie(literals: readonly string[]): Trie {
    const children = [new Map<number, number>()];
    const endings: number[][] = [[]];
    for (const [number, literal] of literals.entries()) {
      let state = 0;
      for (let at = 0; at < literal.length; at += 1) {
        const label = this.classOf[literal.charCodeAt(at)] ?? 0;
        let child = children[state]?.get(label);
        if (child === undefined) {
          child = children.length;
          children[state]?.set(label, child);
          children.push(new Map());
          endings.push([]);
        }
        state = child;
      }
      endings[state]?.push(number);
    }
    return { children, endings };
  }

  /** Breadth first: a missing transition is the one of the longest proper suffix that is also a prefix. */
  private closeTransitions({ children }: Trie) {
    const { classes } = this;
    const next = new Int32Array(children.length * classes);
    const fails = new Int32Array(children.length);
    const order = [0];
    for (let at = 0; at < order.length; at += 1) {
      const state = order[at] ?? 0;
      const fail = fails[state] ?? 0;
      if (state !== 0) next.copyWithin(state * classes, fail * classes, (fail + 1) * classes);
      for (const [label, child] of children[state] ?? []) {
        fails[child] = state === 0 ? 0 : (next[fail * classes + label] ?? 0) / classes;
        next[state * classes + label] = child * classes;
        order.push(child);
      }
    }
    return { next, fails, order };
  }
}

interface Trie {
  readonly children: readonly Map<number, number>[];
  readonly endings: readonly (readonly number[])[];
}

function collectOutputs(endings: Trie['endings'], fails: Int32Array, order: readonly number[]) {
  const start = new Int32Array(endings.length).fill(-1);
  const all: (readonly number[])[] = endings.map(() => []);
  const outputs: number[] = [];
  for (const state of order) {
    const own = endings[state] ?? [];
    const inherited = state === 0 ? [] : (all[fails[state] ?? 0] ?? []);
    if (own.length === 0) {
      // No literal of its own: share the run of the suffix.
      all[state] = inherited;
      start[state] = start[fails[state] ?? 0] ?? -1;
      continue;
    }
    const together = [...own, ...inherited];
    all[state] = together;
    start[state] = outputs.length;
    outputs.push(...together, -1);
  }
  return { start, outputs: Int32Array.from(outputs) };
}

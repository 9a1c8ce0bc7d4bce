/** A binary heap by time; what was pushed first leaves first among equals, so that a run repeats exactly. */
export class TimeQueue<T> {
  readonly #entries: { readonly timeMs: number; readonly order: number; readonly item: T }[] = [];
  #pushed = 0;

  get size(): number {
    return this.#entries.length;
  }

  /** Time of the next item; infinity when there is none. */
  nextMs(): number {
    return this.#entries[0]?.timeMs ?? Number.POSITIVE_INFINITY;
  }

  push(timeMs: number, item: T): void {
    const heap = this.#entries;
    const entry = { timeMs, order: this.#pushed++, item };
    let index = heap.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || before(above, entry)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  pop(): T | undefined {
    const heap = this.#entries;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top?.item;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      if (left === undefined) break;
      const right = heap[2 * index + 2];
      const isRight = right !== undefined && before(right, left);
      const child = isRight ? right : left;
      if (before(last, child)) break;
      heap[index] = child;
      index = 2 * index + (isRight ? 2 : 1);
    }
    heap[index] = last;
    return top.item;
  }
}

interface Entry {
  readonly timeMs: number;
  readonly order: number;
}

function before(a: Entry, b: Entry): boolean {
  return a.timeMs < b.timeMs || (a.timeMs === b.timeMs && a.order < b.order);
}

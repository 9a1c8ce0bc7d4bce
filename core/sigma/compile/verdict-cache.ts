import { ownCopy } from '../../own-copy.js';

/** Longer texts are rare and dear to keep: they are looked at anew each time. */
const MAX_KEY_CHARACTERS = 512;

/**
 * Remembers what was found in texts that come again and again, such as user agents. Bounded: two generations of at most
 * `size` entries; a flood of made-up texts costs look-ups, never memory.
 */
export class VerdictCache<V> {
  private young = new Map<string, V>();
  private old = new Map<string, V>();

  constructor(private readonly size: number) {}

  get(text: string): V | undefined {
    const verdict = this.young.get(text);
    if (verdict !== undefined) return verdict;
    const aged = this.old.get(text);
    if (aged !== undefined) this.put(text, aged);
    return aged;
  }

  put(text: string, verdict: V): void {
    if (text.length > MAX_KEY_CHARACTERS) return;
    if (this.young.size >= this.size) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(ownCopy(text), verdict);
  }
}

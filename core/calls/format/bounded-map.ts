/** A map that forgets everything when it is full: for values that can be computed again. */
export class BoundedMap<V> {
  private readonly entries = new Map<string, V>();
  private characters = 0;

  /** At most `limit` entries whose keys have at most `maxCharacters` together. */
  constructor(
    private readonly limit: number,
    private readonly maxCharacters = Number.POSITIVE_INFINITY,
  ) {}

  get(key: string): V | undefined {
    return this.entries.get(key);
  }

  /** Stores and returns `value`. */
  set(key: string, value: V): V {
    if (this.entries.size >= this.limit || this.characters + key.length > this.maxCharacters) {
      this.entries.clear();
      this.characters = 0;
    }
    if (key.length > this.maxCharacters) return value;
    if (!this.entries.has(key)) this.characters += key.length;
    this.entries.set(key, value);
    return value;
  }
}

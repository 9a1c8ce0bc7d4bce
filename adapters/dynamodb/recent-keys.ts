/**
 * Keys this process has written, so that it need not write them again. Only ever an economy: forgetting costs one
 * write that changes nothing. Bounded, because a scanner can make keys as fast as it likes.
 */
export class RecentKeys {
  private young = new Set<string>();
  private old = new Set<string>();

  constructor(private readonly capacity = 20_000) {}

  has(key: string): boolean {
    if (this.young.has(key)) return true;
    if (!this.old.has(key)) return false;
    this.add(key);
    return true;
  }

  add(key: string): void {
    if (this.young.size >= this.capacity / 2) {
      this.old = this.young;
      this.young = new Set();
    }
    this.young.add(key);
  }
}

/**
 * Ids of streams that we have reset: the other side may not know it yet, so frames for them are no mistake of its (RFC 9113
 * §5.1, "closed"). Only the last `most` are remembered; each that is older than a forgotten one counts as reset, too.
 */
export class ResetStreams {
  readonly #most: number;
  readonly #ids = new Set<number>();
  #forgotten = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(id: number): void {
    this.#ids.add(id);
    if (this.#ids.size <= this.#most) return;
    for (const oldest of this.#ids) {
      this.#ids.delete(oldest);
      this.#forgotten = Math.max(this.#forgotten, oldest);
      return;
    }
  }

  /** True for a stream that was reset, or may have been. */
  has(id: number): boolean {
    return id <= this.#forgotten || this.#ids.has(id);
  }
}

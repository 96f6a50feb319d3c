/** Milliseconds of the first wait. */
const FIRST = 100;
/** Milliseconds of the longest wait. */
const LONGEST = 10_000;

/** How long to wait before the next try to connect or to sign. It doubles, with jitter, and all waiting pushes share it. */
export class BackOff {
  #failures = 0;

  /** The next wait in milliseconds: the full step at most, half of it at least. */
  next(): number {
    const step = Math.min(LONGEST, FIRST * 2 ** this.#failures);
    this.#failures++;
    return step * (0.5 + Math.random() / 2);
  }

  /** Called after success: the next failure starts from the beginning. */
  reset(): void {
    this.#failures = 0;
  }
}

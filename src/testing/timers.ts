/** Something that is due at a time. */
interface Timer {
  readonly due: number;
  /** True when nobody waits for it, so that it does not keep the process alive. */
  readonly background: boolean;
  readonly fn: () => void;
  isCancelled: boolean;
}

/** Timers in the order in which they are due. Those that are due together keep the order in which they were made. */
export class Timers {
  readonly #waiting: Timer[] = [];
  #foreground = 0;

  /** True while one of them keeps the process alive. */
  get isAwaited(): boolean {
    return this.#foreground > 0;
  }

  /** When the first is due. */
  get next(): number | undefined {
    while (this.#waiting[0]?.isCancelled) this.#waiting.shift();
    return this.#waiting[0]?.due;
  }

  add(due: number, background: boolean, fn: () => void): Timer {
    const timer: Timer = { due, background, fn, isCancelled: false };
    let [low, high] = [0, this.#waiting.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#waiting[middle]?.due ?? 0) <= due) low = middle + 1;
      else high = middle;
    }
    this.#waiting.splice(low, 0, timer);
    if (!background) this.#foreground += 1;
    return timer;
  }

  cancel(timer: Timer): void {
    if (timer.isCancelled) return;
    timer.isCancelled = true;
    if (!timer.background) this.#foreground -= 1;
  }

  /** Takes the first one out. */
  shift(): Timer | undefined {
    const timer = this.next === undefined ? undefined : this.#waiting.shift();
    if (timer !== undefined) this.cancel(timer);
    return timer;
  }
}

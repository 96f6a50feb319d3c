import { type Clock, monotonicNow } from "../clock.js";

/** Something that must end by a time. */
export interface Expiring {
  /** Monotonic milliseconds. Must not change while it is watched. */
  readonly expiresAt: number;
  expire(): void;
}

/**
 * Ends things on time, with one timer for all of them. Adding and removing cost next to nothing; a push that is answered
 * in time never touches a timer of its own.
 */
export class Expiry {
  readonly #clock: Clock;
  readonly #watched = new Set<Expiring>();
  #timerAt = Number.POSITIVE_INFINITY;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#watched.size;
  }

  add(item: Expiring): void {
    this.#watched.add(item);
    if (item.expiresAt < this.#timerAt) this.#arm(item.expiresAt);
  }

  delete(item: Expiring): void {
    // The timer stays: it is due at most once per time-out, and arming it anew for each push would cost more. But with
    // nothing left to watch it must not keep the process alive.
    if (this.#watched.delete(item) && this.#watched.size === 0) this.#disarm();
  }

  #arm(at: number): void {
    this.#cancel?.();
    this.#timerAt = at;
    // Rounded up to whole milliseconds, and never less than one: thousands of items due within a breath are one sweep.
    const delay = Math.max(1, Math.ceil(at - monotonicNow(this.#clock)));
    this.#cancel = this.#clock.setTimeout(() => this.#sweep(), delay);
  }

  #disarm(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  #sweep(): void {
    this.#disarm();
    const now = monotonicNow(this.#clock);
    const due: Expiring[] = [];
    let next = Number.POSITIVE_INFINITY;
    for (const item of this.#watched) {
      if (item.expiresAt <= now) due.push(item);
      else if (item.expiresAt < next) next = item.expiresAt;
    }
    for (const item of due) this.#watched.delete(item);
    if (next < Number.POSITIVE_INFINITY) this.#arm(next);
    for (const item of due) item.expire();
  }
}

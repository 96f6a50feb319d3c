import { type Clock, monotonicNow } from "../clock.js";
import { Expiring, Expiry } from "../internal/expiry.js";

/** A point in monotonic time, so that a step of the wall clock moves no deadline. */
export interface Deadline {
  /** Milliseconds left, never below 0. */
  remaining(): number;
  /** The same moment in epoch milliseconds, as the wall clock stands now. */
  epoch(): number;
}

export function startDeadline(clock: Clock, milliseconds: number): Deadline {
  return new MonotonicDeadline(clock, monotonicNow(clock) + milliseconds);
}

class MonotonicDeadline implements Deadline {
  readonly #clock: Clock;
  readonly #end: number;

  constructor(clock: Clock, end: number) {
    this.#clock = clock;
    this.#end = end;
  }

  remaining(): number {
    return Math.max(0, this.#end - monotonicNow(this.#clock));
  }

  epoch(): number {
    return this.#clock.now() + this.remaining();
  }
}

/** What `work` gives, or `undefined` when it has not settled in time. It goes on, but nobody waits any more. */
export type Within = <T>(milliseconds: number, work: () => Promise<T>) => Promise<{ readonly value: T } | undefined>;

/** One timer for all that is waited for. */
export function createWithin(clock: Clock): Within {
  const awaited = new Expiry(clock);
  return (milliseconds, work) =>
    new Promise((resolve, reject) => {
      // Others' code: it may throw at once, which rejects, or give no promise.
      const outcome = Promise.resolve(work());
      const wait = new Wait(monotonicNow(clock) + milliseconds, () => resolve(undefined));
      awaited.add(wait);
      outcome.then(
        value => {
          awaited.delete(wait);
          resolve({ value });
        },
        error => {
          awaited.delete(wait);
          reject(error);
        },
      );
    });
}

class Wait extends Expiring {
  readonly #onLate: () => void;

  constructor(expiresAt: number, onLate: () => void) {
    super(expiresAt);
    this.#onLate = onLate;
  }

  expire(): void {
    this.#onLate();
  }
}

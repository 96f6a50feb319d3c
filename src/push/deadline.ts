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
  const end = monotonicNow(clock) + milliseconds;
  const remaining = () => Math.max(0, end - monotonicNow(clock));
  return { remaining, epoch: () => clock.now() + remaining() };
}

/** What `work` resolves to, or `undefined` when it has not settled in time. It goes on, but nobody waits any more. */
export type Within = <T>(milliseconds: number, work: Promise<T>) => Promise<{ value: T } | undefined>;

/** One timer for all that is waited for. */
export function createWithin(clock: Clock): Within {
  const awaited = new Expiry(clock);
  return (milliseconds, work) =>
    new Promise((resolve, reject) => {
      const wait = new Wait(monotonicNow(clock) + milliseconds, () => resolve(undefined));
      awaited.add(wait);
      work.then(
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

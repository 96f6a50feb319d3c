import { type Clock, monotonicNow } from "../clock.js";
import { Expiring, Expiry } from "./expiry.js";

/** What `work` gives, or `undefined` when it has not settled in time. */
export type Within = <T>(milliseconds: number, work: () => Promise<T>) => Promise<{ readonly value: T } | undefined>;

/** As `waitFor`, where much is waited for at a time: all waits share one timer. */
export function createWithin(clock: Clock): Within {
  const awaited = new Expiry(clock);
  return (milliseconds, work) =>
    new Promise((resolve, reject) => {
      // `work` is the user's code: it may throw at once, which rejects here, or return something else than a promise.
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

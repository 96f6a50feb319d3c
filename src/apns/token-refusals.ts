import { type Clock, monotonicNow } from "../clock.js";

/** At most one connection in this many milliseconds is given up because Apple called its token expired. */
const REPLACE_EVERY = 60_000;

/** How many connections are remembered for pushes that are still on their way back from them. */
const REMEMBERED = 100;

/**
 * Connections whose provider token Apple refused. One fresh connection serves all pushes that met the refusal, and a
 * refusal that a fresh connection does not cure opens no more of them: Apple would see a storm.
 */
export class TokenRefusals {
  readonly #clock: Clock;
  readonly #replaced = new Set<number>();
  #notBefore = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True if pushes of this connection may try a fresh one. `now` decides for the first that asks. */
  mayReplace(connection: number, now: () => boolean): boolean {
    if (this.#replaced.has(connection)) return true;
    if (!now()) return false;
    this.#replaced.add(connection);
    for (const oldest of this.#replaced) {
      if (this.#replaced.size <= REMEMBERED) break;
      this.#replaced.delete(oldest);
    }
    return true;
  }

  /** True once in a minute, or after Apple has accepted a push since. */
  takeTurn(): boolean {
    const now = monotonicNow(this.#clock);
    if (now < this.#notBefore) return false;
    this.#notBefore = now + REPLACE_EVERY;
    return true;
  }

  /** Apple accepted a push: the token is good. */
  accepted(): void {
    this.#notBefore = Number.NEGATIVE_INFINITY;
  }
}

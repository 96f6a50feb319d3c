import { type Clock, monotonicNow } from "../clock.js";

/** Milliseconds between two fresh connections at least, until Apple accepts a push on one of them. */
const GRANT_EVERY = 60_000;

/**
 * Connections whose provider token Apple called expired. One fresh connection serves all pushes that met the refusal, on
 * whichever connection they did; a refusal that it does not cure opens no more of them, or Apple would see a storm.
 */
export class TokenRefusals {
  readonly #clock: Clock;
  #freshAfter = 0;
  /** True when a fresh connection was refused as well. */
  #fruitless = false;
  #notBefore = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The connection after which one counts as fresh, for a push that was refused on `connection`; undefined: a fresh one
   * has been tried, and did not help.
   *
   * @param newest The newest connection there is.
   */
  grant(connection: number, newest: number): number | undefined {
    if (connection > this.#freshAfter) this.#fruitless = true;
    else if (!this.#fruitless) return this.#freshAfter;
    const now = monotonicNow(this.#clock);
    if (now < this.#notBefore) return undefined;
    this.#notBefore = now + GRANT_EVERY;
    this.#fruitless = false;
    this.#freshAfter = newest;
    return newest;
  }

  /** Apple accepted a push: its token is good. */
  accepted(): void {
    this.#notBefore = Number.NEGATIVE_INFINITY;
  }
}
